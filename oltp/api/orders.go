package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

func (a *API) orderRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "place-order", Method: http.MethodPost,
			Path: "/v1/orders", Tags: []string{"orders"}, Summary: "Place an order",
			Description: "Sells at once when paid is true, as at a till; otherwise reserves the goods " +
				"until the order is paid or cancelled. Answers 201, or 200 when the same request " +
				"had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.Placed](), statuses: []int{201, 200}, may: staff.Sell,
	}, a.placeOrder)
	handle(a, route{
		Operation: huma.Operation{OperationID: "place-orders", Method: http.MethodPost,
			Path: "/v1/orders/bulk", Tags: []string{"orders"}, Summary: "Place many orders",
			Description: "Each row succeeds or fails alone, under its own key. The answer lists " +
				"them in the order of the request.",
		},
		answer: reflect.TypeFor[wire.Rows](), statuses: []int{200}, may: staff.Sell, list: "orders",
	}, a.placeOrders)
	huma.Register(a.huma, huma.Operation{OperationID: "order", Method: http.MethodGet,
		Path: "/v1/orders/{id}", Tags: []string{"orders"}, Summary: "Show an order",
		Responses: a.reads(reflect.TypeFor[wire.OrderView]()),
	}, a.showOrder)
	a.stepRoutes()
	a.timelineRoutes()
}

// keyHeader describes the Idempotency-Key.
func keyHeader() []*huma.Param {
	limit := maxIdempotencyKey
	return []*huma.Param{{Name: "Idempotency-Key", In: "header",
		Description: "Makes sending the request again harmless: the same key and content answer as " +
			"the first time; the same key with other content is refused. Without one, a request " +
			"that is sent twice takes effect twice.",
		Example: "till-7-000123",
		Schema:  &huma.Schema{Type: huma.TypeString, MaxLength: &limit}}}
}

func (a *API) placeOrder(c *call, o *wire.Order) {
	key, problem := c.key()
	if problem != nil {
		c.refuse(problem)
		return
	}
	// Fast path: everything the order names is in memory.
	t := translation{look: a.cfg.Lookup, who: c.who}
	req := t.order(o, requestKey(c.who, key))

	// Slow path: what seems unknown may be new, or not readable now.
	if len(t.faults) > 0 {
		if problem = a.prefetch(c.r.Context(), orderCodes(nil, o)); problem == nil {
			t = translation{look: a.cfg.Lookup, who: c.who}
			req = t.order(o, requestKey(c.who, key))
			problem = t.problem()
		}
		if problem != nil {
			c.refuse(problem)
			return
		}
	}
	res := a.cfg.Intake.Place(c.r.Context(), []order.Request{req})[0]
	a.answerPlaced(c, res, key != "")
}

// answerPlaced answers a single order, step or refund.
func (a *API) answerPlaced(c *call, res order.Result, keyed bool) {
	if res.Err != nil {
		c.refuse(a.refusal(res.Err, spot{}, keyed))
		return
	}
	answer := placed(res)
	c.reply(statusOf(res), &answer)
}

func (a *API) placeOrders(c *call, b *wire.Orders) {
	if problem := a.admit(c, len(b.Orders)); problem != nil {
		c.refuse(problem)
		return
	}
	var wanted *codes
	for i := range b.Orders {
		wanted = orderCodes(wanted, &b.Orders[i].Order)
	}
	if problem := a.prefetch(c.r.Context(), wanted); problem != nil {
		c.refuse(problem)
		return
	}
	rows := newRows[order.Request](c, "orders", len(b.Orders))
	for i := range b.Orders {
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{"orders", i}}
		if rows.bad(i) {
			continue
		}
		row := &b.Orders[i]
		rows.add(i, t.order(&row.Order, requestKey(c.who, row.Key)), t.problem())
	}
	results := a.cfg.Intake.Place(c.r.Context(), rows.requests)
	c.reply(http.StatusOK, a.answerRows(rows, results))
}

func orderCodes(into *codes, o *wire.Order) *codes {
	if into == nil {
		into = &codes{}
	}
	into.add(o.Store, o.Member)
	for i := range o.Lines {
		into.sku(o.Lines[i].SKU)
	}
	return into
}

type orderPath struct {
	ID int64 `path:"id" minimum:"1" doc:"Number of the order." example:"4711"`
}

type orderAnswer struct{ Body *wire.OrderView }

func (a *API) showOrder(ctx context.Context, in *orderPath) (*orderAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadOrders) {
		return nil, forbidden("The role " + string(who.Role) + " does not read orders.")
	}
	v, problem := a.orderInScope(ctx, in.ID)
	if problem != nil {
		return nil, problem
	}
	return &orderAnswer{Body: a.view(v)}, nil
}

// orderInScope reads an order of a store that the principal acts for.
func (a *API) orderInScope(ctx context.Context, id int64) (*order.View, *wire.Problem) {
	what := "Order " + strconv.FormatInt(id, 10)
	v, err := a.cfg.Orders.Order(ctx, staff.From(ctx).Reach(), orderID(id))
	if err != nil {
		problem := a.refusal(err, spot{}, true)
		if problem.Status == http.StatusNotFound {
			problem = notFound(what)
		}
		return nil, problem
	}
	return v, nil
}
