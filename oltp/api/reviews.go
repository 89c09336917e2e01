package api

import (
	"context"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) reviewRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "post-review", Method: http.MethodPost, Path: "/v1/reviews",
			Tags: []string{"catalogue"}, Summary: "Post a review",
			Description: "A member judges a line of an order that they paid for, once. Everybody may read " +
				"it, and its rating counts, when headquarters has approved it. Answers 201, or 200 when " +
				"the same request had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.Review](), statuses: []int{201, 200}, may: staff.Sell,
	}, a.postReview)
	handle(a, route{
		Operation: huma.Operation{OperationID: "judge-review", Method: http.MethodPut,
			Path: "/v1/reviews/{id}/state", Tags: []string{"catalogue"}, Summary: "Approve or hide a review",
			Description: "The ratings of SKU and style change with it. Sending it again is harmless.",
			Parameters:  []*huma.Param{reviewParam()}, Errors: []int{http.StatusNotFound}},
		answer: reflect.TypeFor[wire.Review](), statuses: []int{200}, may: staff.EditCatalogue,
	}, a.judgeReview)
	huma.Register(a.huma, huma.Operation{OperationID: "list-reviews", Method: http.MethodGet,
		Path: "/v1/reviews", Tags: []string{"catalogue"}, Summary: "List reviews",
		Description: "The newest first, a page at a time; those that everybody may read, unless " +
			"headquarters asks for others.",
		Responses: a.reads(reflect.TypeFor[wire.Page[wire.Review]]()),
	}, a.listReviews)
}

func reviewParam() *huma.Param {
	one := 1.0
	return &huma.Param{Name: "id", In: "path", Required: true, Description: "Number of the review.",
		Schema: &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &one}}
}

func (a *API) postReview(c *call, b *wire.NewReview) {
	text, problem := c.key()
	if problem != nil {
		c.refuse(problem)
		return
	}
	key := requestKey(c.who, text)
	if text == "" {
		key = order.RandomKey()
	}
	t := translation{look: a.cfg.Lookup, who: c.who}
	member := t.member("member", b.Member)
	if words := utf8.RuneCountInString(b.Text); words > catalogue.MaxReview {
		t.fault(http.StatusUnprocessableEntity, "text", words, "letters are too many, at most 2000")
	}
	if problem = t.problem(); problem == nil {
		_, problem = a.orderInScope(c.r.Context(), b.Order)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	posted, replayed, err := a.cfg.Critic.Post(c.r.Context(), &catalogue.NewReview{Key: key,
		Review: retail.Review{Order: retail.OrderID(b.Order), Line: b.Line, Member: member, Stars: b.Rating,
			Text: strings.TrimSpace(b.Text), Posted: a.cfg.Now()}})
	if err != nil {
		c.refuse(a.goodsRefusal(err, "Order "+strconv.FormatInt(b.Order, 10)))
		return
	}
	status, answer := http.StatusCreated, a.reviewShown(c.who, &posted)
	if answer.Replayed = replayed; replayed {
		status = http.StatusOK
	}
	c.reply(status, answer)
}

func (a *API) judgeReview(c *call, b *wire.Judgement) {
	id, ok := reviewID(c.r.PathValue("id"))
	state, _ := retail.ParseReviewState(b.State)
	switch {
	case !ok:
		c.refuse(invalid(wire.Fault{Location: "path.id", Value: value(c.r.PathValue("id")),
			Reason: "must be a positive integer"}))
		return
	case state == retail.ReviewPosted:
		c.refuse(invalid(wire.Fault{Location: "body.state", Value: value(b.State),
			Reason: "must be one of approved, hidden"}))
		return
	}
	r, err := a.cfg.Critic.Judge(c.r.Context(), id, state)
	if err != nil {
		c.refuse(a.goodsRefusal(err, "Review "+c.r.PathValue("id")))
		return
	}
	c.reply(http.StatusOK, a.reviewShown(c.who, &r))
}

type reviewQuery struct {
	PageQuery
	SKU   string `query:"sku" maxLength:"64" doc:"Code of a SKU."`
	Style string `query:"style" maxLength:"64" doc:"Code of a style."`
	State string `query:"state" enum:"posted,approved,hidden" default:"approved" doc:"Who may read it."`
}

func (a *API) listReviews(ctx context.Context, q *reviewQuery) (*pageAnswer[wire.Review], error) {
	who := staff.From(ctx)
	state, _ := retail.ParseReviewState(q.State)
	if state != retail.ReviewApproved && !who.Role.Chainwide() {
		return nil, forbidden("The role " + string(who.Role) + " reads approved reviews.")
	}
	f := catalogue.ReviewFilter{Style: q.Style, State: state}
	problem := readable("sku", q.SKU, "style", q.Style)
	if problem == nil && q.SKU != "" {
		id, known := a.cfg.Lookup.SKU(q.SKU)
		if f.SKU = id; !known {
			problem = invalid(wire.Fault{Location: "query.sku", Value: value(q.SKU),
				Reason: "is not a known SKU"})
		}
	}
	after, cursorProblem := a.cursors.after("reviews", q.Cursor)
	if problem == nil {
		problem = cursorProblem
	}
	if problem != nil {
		return nil, problem
	}
	before, ok := reviewID(after)
	if !ok {
		before = math.MaxInt64
	}
	n := min(q.Limit, a.cfg.Limits.Page)
	rows, err := a.cfg.Critic.Reviews(ctx, who.Scope, f, before, n+1)
	if err != nil {
		return nil, a.outage(err, true)
	}
	return &pageAnswer[wire.Review]{Body: pageOf(a, "reviews", who, rows, n,
		func(who *staff.Principal, r *retail.Review) (string, wire.Review) {
			return strconv.FormatInt(int64(r.ID), 10), *a.reviewShown(who, r)
		})}, nil
}

// reviewShown leaves who bought it where to headquarters.
func (a *API) reviewShown(who *staff.Principal, r *retail.Review) *wire.Review {
	out := &wire.Review{ID: int64(r.ID), SKU: a.skuCode(r.SKU), Rating: r.Stars, Text: r.Text,
		State: r.State.String(), PostedAt: r.Posted.UTC()}
	if who.Role.Chainwide() {
		out.Store, out.Member = a.storeCode(r.Store), a.memberCode(r.Member)
		out.Order, out.Line = int64(r.Order), r.Line
	}
	return out
}
