package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// memberReasons are the reasons that members are shown; others are the store's own words.
var memberReasons = [...]string{order.ReasonPaymentTimeout, order.ReasonDeclined, order.ReasonUnserved}

type timelineQuery struct {
	ID     int64  `path:"id" minimum:"1" doc:"Number of the order." example:"4711"`
	Member string `query:"member" maxLength:"64" doc:"Code of the member who asks through a storefront."`
}

type timelineAnswer struct{ Body *wire.Timeline }

func (a *API) timelineRoutes() {
	huma.Register(a.huma, huma.Operation{OperationID: "order-timeline", Method: http.MethodGet,
		Path: "/v1/orders/{id}/timeline", Tags: []string{"orders"}, Summary: "Show an order's timeline",
		Description: "What happened to the order, the oldest first, in fixed words that clients " +
			"translate. A storefront asks for the member whose order it is, and sees what concerns " +
			"the member.",
		Responses: a.reads(reflect.TypeFor[wire.Timeline]()),
	}, a.showTimeline)
}

func (a *API) showTimeline(ctx context.Context, in *timelineQuery) (*timelineAnswer, error) {
	who := staff.From(ctx)
	forMember := !who.May(staff.ReadOrders)
	if forMember && (!who.May(staff.Sell) || in.Member == "") {
		return nil, forbidden("The role " + string(who.Role) + " sees timelines of a member's own " +
			"orders only: name the member.")
	}
	v, problem := a.orderInScope(ctx, in.ID)
	if problem == nil && in.Member != "" && a.memberCode(v.Member) != in.Member {
		problem = notFound("That order of the member")
	}
	if problem != nil {
		return nil, problem
	}
	steps, err := a.cfg.History.Steps(ctx, who.Reach(), v.ID)
	if err != nil {
		return nil, a.outage(err, true)
	}
	out := &wire.Timeline{Order: in.ID, State: v.State.String(), ExpiresAt: a.expiry(v),
		Steps: []wire.TimelineStep{}}
	for _, h := range order.Timeline(v, steps) {
		if forMember && h.Step.Internal() {
			continue
		}
		if forMember && !slices.Contains(memberReasons[:], h.Reason) {
			h.Reason = ""
		}
		out.Steps = append(out.Steps, wire.TimelineStep{Step: h.Step.String(), At: h.At.UTC(),
			Reason: h.Reason, Net: h.Net})
	}
	return &timelineAnswer{Body: out}, nil
}

// expiry is when an unpaid order frees its goods, zero for one that does not.
func (a *API) expiry(v *order.View) time.Time {
	within := a.cfg.PayWithin.Of(v.Channel)
	if v.State != retail.PendingPayment || within == 0 {
		return time.Time{}
	}
	return v.ArrivedAt.Add(within).UTC()
}
