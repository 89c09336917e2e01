package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/dispatch"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/routing"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/vault"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) dispatchRoutes() {
	op := stepRoute("decline", staff.Fulfil, "Decline an order",
		"For a store that cannot serve an order which it has not made ready. The next best store gets "+
			"it, as another order of the same cart, with what was paid; if no store can serve it, it is "+
			"cancelled and the money goes back.")
	op.answer = reflect.TypeFor[wire.PlacedCart]()
	handle(a, op, a.decline)
	huma.Register(a.huma, huma.Operation{OperationID: "order-routing", Method: http.MethodGet,
		Path: "/v1/orders/{id}/routing", Tags: []string{"orders"},
		Summary: "Show why a store serves an order",
		Description: "The decision as it was made: each store that was looked at, its distance and cost, " +
			"and why it could not serve.",
		Responses: a.reads(reflect.TypeFor[wire.Routing]()),
	}, a.showRouting)
}

// placeAnywhere places an order whose store is left to the chain. It is checked against the chain's list;
// the store that serves it then asks its own prices.
func (a *API) placeAnywhere(c *call, b *wire.Cart, key string) {
	if a.cfg.Dispatch == nil {
		c.refuse(invalid(wire.Fault{Location: "body.store", Reason: "is missing"}))
		return
	}
	req, _, problem := a.priced(c, &b.Order, requestKey(c.who, key))
	if problem == nil && req.Fulfilment <= retail.CarryOut {
		problem = invalid(wire.Fault{Location: "body.fulfilment", Value: value(b.Fulfilment),
			Reason: "must be pickup, same_city or express without a store"})
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	placed, err := a.cfg.Dispatch.Place(c.r.Context(), req, delivery(b), c.who.Serves)
	if err != nil {
		c.refuse(a.dispatchProblem(err, key != ""))
		return
	}
	status := http.StatusCreated
	if placed.Replayed {
		status = http.StatusOK
	}
	c.reply(status, a.cart(placed.Group, placed.Orders, placed.Replayed))
}

func delivery(b *wire.Cart) dispatch.Delivery {
	var to dispatch.Delivery
	if d := b.Destination; d != nil {
		system, _ := retail.ParseCoordinates(d.Coordinates)
		p := retail.Position{Point: retail.Point{Latitude: d.Latitude, Longitude: d.Longitude},
			System: system}.WGS84()
		to.Destination = &p
	}
	if r := b.Recipient; r != nil {
		to.Name, to.Phone, to.Address = r.Name, r.Phone, r.Address
	}
	return to
}

// keepDelivery keeps where the goods of an order go that named its store. When that fails the order stands;
// sending it again keeps it.
func (a *API) keepDelivery(c *call, b *wire.Cart, req *order.Request, res order.Result,
	keyed bool) *wire.Problem {
	to := delivery(b)
	carried := req.Fulfilment == retail.SameCity || req.Fulfilment == retail.Express
	if res.Err != nil || a.cfg.Dispatch == nil || !carried || to == (dispatch.Delivery{}) {
		return nil
	}
	err := a.cfg.Dispatch.Keep(c.r.Context(), res.ID, req.Store, req.Member, to)
	if err != nil {
		return a.dispatchProblem(err, keyed)
	}
	return nil
}

func (a *API) cart(group retail.OrderID, orders []dispatch.Member, replayed bool) *wire.PlacedCart {
	out := &wire.PlacedCart{ID: int64(group), Replayed: replayed, Orders: a.cartOrders(orders)}
	for _, m := range orders {
		if m.Order == group {
			out.State = m.State.String()
		}
		if m.From == 0 { // what replaces an order repeats its amounts
			out.Gross += m.Gross
			out.Discount += m.Discount
		}
	}
	out.Net = out.Gross - out.Discount
	return out
}

func (a *API) cartOrders(orders []dispatch.Member) []wire.CartOrder {
	out := make([]wire.CartOrder, len(orders))
	for i, m := range orders {
		out[i] = wire.CartOrder{ID: int64(m.Order), Store: a.storeCode(m.Store), State: m.State.String(),
			Replaces: int64(m.From), Net: m.Gross - m.Discount}
	}
	return out
}

func (a *API) dispatchProblem(err error, keyed bool) *wire.Problem {
	var unserved *dispatch.Unserved
	switch {
	case errors.As(err, &unserved):
		p := conflict("unserved", "No store can serve the order", "Nothing of this was recorded.")
		for _, s := range unserved.Short {
			available := int32(min(s.Available, order.MaxLevel))
			p.Errors = append(p.Errors, wire.Fault{Location: "body.lines", Available: &available,
				Reason: "of SKU " + a.skuCode(s.SKU) + " too little is in reach"})
		}
		for _, v := range unserved.Verdicts[:min(len(unserved.Verdicts), 5)] {
			for _, r := range v.Reasons {
				p.Errors = append(p.Errors, wire.Fault{Location: "stores." + a.storeCode(v.Store),
					Reason: r.String()})
			}
		}
		return p
	case errors.Is(err, vault.ErrErased):
		return invalid(wire.Fault{Location: "body.member", Reason: "was erased"})
	}
	return a.refusal(err, spot{}, keyed)
}

func (a *API) decline(c *call, b *wire.Refusal) {
	v, problem := a.pathOrder(c)
	if problem == nil && a.cfg.Dispatch == nil {
		problem = conflict("undispatched", "Orders are not dispatched here",
			"Each order stays at the store that it names.")
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	res, err := a.cfg.Dispatch.Decline(c.r.Context(), v.ID, b.Reason)
	var wrong *order.WrongState
	if errors.As(err, &wrong) && wrong.Is == retail.Cancelled && a.declined(c.r.Context(), v) {
		err, res = nil, order.Result{ID: v.ID, State: retail.Cancelled, Replayed: true}
	}
	if err != nil {
		c.refuse(a.dispatchProblem(err, true))
		return
	}
	c.reply(http.StatusOK, &wire.PlacedCart{ID: int64(res.ID), State: res.State.String(), Gross: res.Gross,
		Discount: res.Discount, Net: res.Net, Replayed: res.Replayed})
}

// declined reports whether the store of an order has declined it before.
func (a *API) declined(ctx context.Context, v *order.View) bool {
	steps, err := a.cfg.History.Steps(ctx, staff.From(ctx).Scope, v.ID)
	for _, s := range steps {
		if err == nil && s.Step == order.Declined {
			return true
		}
	}
	return false
}

type routingAnswer struct{ Body *wire.Routing }

func (a *API) showRouting(ctx context.Context, in *orderPath) (*routingAnswer, error) {
	who := staff.From(ctx)
	if !who.May(staff.ReadOrders) {
		return nil, forbidden("The role " + string(who.Role) + " does not read orders.")
	}
	if _, problem := a.orderInScope(ctx, in.ID); problem != nil {
		return nil, problem
	}
	if a.cfg.Dispatch == nil {
		return nil, notFound("A decision about order " + strconv.FormatInt(in.ID, 10))
	}
	record, group, err := a.cfg.Dispatch.Why(ctx, who.Scope, orderID(in.ID))
	if errors.Is(err, dispatch.ErrNotRouted) {
		return nil, notFound("A decision about order " + strconv.FormatInt(in.ID, 10))
	}
	if err != nil {
		return nil, a.outage(err, true)
	}
	var d routing.Decision
	if err := json.Unmarshal([]byte(record.Decision), &d); err != nil {
		return nil, a.outage(err, true)
	}
	out := &wire.Routing{Order: in.ID, Group: int64(record.Group), Store: a.storeCode(record.Store),
		DistanceM: record.DistanceMetres, Exact: d.Exact, Verdicts: []wire.Verdict{},
		Orders: a.cartOrders(group)}
	for _, v := range d.Verdicts {
		if !who.Serves(v.Store) {
			continue
		}
		shown := wire.Verdict{Store: a.storeCode(v.Store), Chosen: v.Chosen, Rank: v.Rank, CostM: v.Cost,
			DistanceM: v.DistanceMetres}
		for _, r := range v.Reasons {
			shown.Reasons = append(shown.Reasons, r.String())
		}
		out.Verdicts = append(out.Verdicts, shown)
	}
	return &routingAnswer{Body: out}, nil
}
