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
				"until the order is paid or cancelled. Without a store, the chain chooses the one " +
				"that serves the destination best, or several when it must; its prices count then, " +
				"unless the order names prices or is paid already, which are the chain's. Answers 201, or " +
				"200 when the same request had taken effect before.",
			Parameters: keyHeader(), Errors: []int{http.StatusConflict}},
		answer: reflect.TypeFor[wire.PlacedCart](), statuses: []int{201, 200}, may: staff.Sell,
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
	a.dispatchRoutes()
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

func (a *API) placeOrder(c *call, b *wire.Cart) {
	key, problem := c.key()
	if problem != nil {
		c.refuse(problem)
		return
	}
	o := &b.Order
	if o.Store == "" {
		a.placeAnywhere(c, b, key)
		return
	}
	req, sound, problem := a.priced(c, o, requestKey(c.who, key))
	if problem != nil {
		if res, before := a.recall(c.r.Context(), &req, sound); before {
			a.answerPlaced(c, res, true)
			return
		}
		c.refuse(problem)
		return
	}
	res := a.cfg.Intake.Place(c.r.Context(), []order.Request{req})[0]
	if problem := a.keepDelivery(c, b, &req, res, key != ""); problem != nil {
		c.refuse(problem)
		return
	}
	a.answerPlaced(c, res, key != "")
}

// priced translates and prices an order. It is sound when at most its prices, and what the shelves hold,
// are in the way.
func (a *API) priced(c *call, o *wire.Order, key order.Key) (req order.Request, sound bool,
	problem *wire.Problem) {
	// Fast path: everything the order names is in memory.
	t := translation{look: a.cfg.Lookup, who: c.who, pricing: a.pricers.get(a.cfg.Now)}
	defer a.pricers.put(t.pricing)
	req = t.order(o, key)
	if len(t.faults) == 0 && t.outage == nil {
		return req, true, nil
	}
	// Slow path: what seems unknown may be new, or not readable now.
	if problem = a.prefetch(c.r.Context(), orderCodes(nil, o)); problem != nil {
		return req, false, problem
	}
	t = translation{look: a.cfg.Lookup, who: c.who, pricing: t.pricing}
	req = t.order(o, key)
	return req, !t.unsound, t.problem()
}

// recall finds the first answer to an order that is refused now for its prices or for what the shelves
// hold, which may have been others when it was first sent.
func (a *API) recall(ctx context.Context, req *order.Request, sound bool) (order.Result, bool) {
	if !sound || a.cfg.Memory == nil {
		return order.Result{}, false
	}
	return order.Recall(ctx, a.cfg.Memory, req)
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
	pricing := a.pricers.get(a.cfg.Now)
	defer a.pricers.put(pricing)
	recalled := map[int]order.Result{}
	for i := range b.Orders {
		if rows.bad(i) {
			continue
		}
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{"orders", i}, pricing: pricing}
		row := &b.Orders[i]
		req := t.order(&row.Order, requestKey(c.who, row.Key))
		problem := t.problem()
		if problem != nil {
			if res, before := a.recall(c.r.Context(), &req, !t.unsound); before {
				recalled[i], problem = res, nil
			}
		}
		rows.add(i, req, problem)
	}
	results := a.placeRows(c.r.Context(), rows, recalled)
	c.reply(http.StatusOK, a.answerRows(rows, results))
}

// placeRows places the rows that go on, apart from those whose first answer is known.
func (a *API) placeRows(ctx context.Context, rows *rows[order.Request], recalled map[int]order.Result) (
	results []order.Result) {
	if len(recalled) == 0 {
		return a.cfg.Intake.Place(ctx, rows.requests)
	}
	results = make([]order.Result, len(rows.requests))
	var places []int
	var open []order.Request
	for k, i := range rows.indexes {
		if res, before := recalled[i]; before {
			results[k] = res
			continue
		}
		places, open = append(places, k), append(open, rows.requests[k])
	}
	for n, res := range a.cfg.Intake.Place(ctx, open) {
		results[places[n]] = res
	}
	return results
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
