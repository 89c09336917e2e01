package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) courierRoutes() {
	op := stepRoute("courier", staff.Fulfil, "Call a courier for an order", "")
	op.OperationID, op.answer = "call-courier", reflect.TypeFor[wire.Errand]()
	op.Description = "For a same-city order that is set aside. Couriers are called by themselves; this " +
		"calls one more after several gave up. While an errand is under way it answers that one, with " +
		"replayed."
	handle(a, op, a.callCourier)
	huma.Register(a.huma, huma.Operation{OperationID: "order-courier", Method: http.MethodGet,
		Path: "/v1/orders/{id}/courier", Tags: []string{"orders"}, Summary: "Show an order's couriers",
		Description: "Each errand that a courier service was asked to do for the order, with its number, " +
			"its fee and how far it is. To whom the goods go is not shown.",
		Responses: a.reads(reflect.TypeFor[wire.Errands]()),
	}, a.showCourier)
	a.callback("courier-notify", courierNotify, "Take a courier service's callback",
		"For courier services. Signature, time and nonce are checked before anything else. After 204 the "+
			"service need not send it again; what is older than what is known is taken without effect.",
		func(ctx context.Context, provider string, header http.Header, body []byte) error {
			if a.cfg.Couriers == nil {
				return courier.ErrNoProvider
			}
			return a.cfg.Couriers.Notify(ctx, provider, header, body)
		})
}

func (a *API) callCourier(c *call, b *wire.CourierCall) {
	v, problem := a.pathOrder(c)
	if problem != nil {
		c.refuse(problem)
		return
	}
	if a.cfg.Couriers == nil {
		c.refuse(unknownProvider(b.Provider))
		return
	}
	job, replayed, err := a.cfg.Couriers.Call(c.r.Context(), v, b.Provider)
	var wrong *order.WrongState
	switch {
	case errors.Is(err, courier.ErrNoProvider):
		c.refuse(unknownProvider(b.Provider))
	case errors.Is(err, courier.ErrNoAddress):
		c.refuse(conflict("no-address", "Nobody knows where the goods go",
			"The order came without a recipient, or its customer was erased. The store delivers itself."))
	case errors.As(err, &wrong):
		c.refuse(a.refusal(err, spot{}, true))
	case err != nil:
		c.refuse(a.outage(err, true))
	default:
		shown := a.errand(&job)
		shown.Replayed = replayed
		c.reply(http.StatusOK, &shown)
	}
}

type errandsAnswer struct{ Body *wire.Errands }

func (a *API) showCourier(ctx context.Context, in *orderPath) (*errandsAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadOrders) {
		return nil, forbidden("The role " + string(who.Role) + " does not read orders.")
	}
	v, problem := a.orderInScope(ctx, in.ID)
	if problem != nil {
		return nil, problem
	}
	out := &wire.Errands{Order: in.ID, Errands: []wire.Errand{}}
	if a.cfg.Couriers == nil {
		return &errandsAnswer{Body: out}, nil
	}
	jobs, err := a.cfg.Couriers.Jobs(ctx, who.Scope, v.ID)
	if err != nil {
		return nil, a.outage(err, true)
	}
	for i := range jobs {
		out.Errands = append(out.Errands, a.errand(&jobs[i]))
	}
	return &errandsAnswer{Body: out}, nil
}

func (a *API) errand(j *courier.Job) wire.Errand {
	e := wire.Errand{Number: j.Number, Task: j.Task, Provider: j.Provider, State: j.State.String(),
		Fee: j.Fee, AskedAt: j.AskedAt.UTC(), ChangedAt: j.ChangedAt.UTC(), Reason: j.Reason,
		Simulated: a.cfg.Couriers.Simulated(j.Provider)}
	if !j.PickupAt.IsZero() {
		e.PickupAt = j.PickupAt.UTC()
	}
	return e
}

// kickCouriers lets couriers know at once that an order is set aside, or no longer is.
func (a *API) kickCouriers(v *order.View) {
	if a.cfg.Couriers != nil && v.Fulfilment == retail.SameCity {
		a.cfg.Couriers.Kick()
	}
}
