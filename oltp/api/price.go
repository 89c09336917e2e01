package api

import (
	"net/http"
	"reflect"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/pricing"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// pricer prices one cart after the other.
type pricer struct {
	cart pricing.Cart
	now  func() time.Time
}

// pricers keeps pricers for further requests, so that pricing an order allocates nothing.
type pricers struct{ pool sync.Pool }

func (p *pricers) get(now func() time.Time) *pricer {
	if r, ok := p.pool.Get().(*pricer); ok {
		return r
	}
	return &pricer{now: now}
}

// maxKeptLines bounds the room of a cart that is kept, in lines.
const maxKeptLines = 512

func (p *pricers) put(r *pricer) {
	if cap(r.cart.Lines) <= maxKeptLines {
		r.cart.Reset()
		p.pool.Put(r)
	}
}

func (a *API) priceRoutes() {
	handle(a, route{
		Operation: huma.Operation{OperationID: "price", Method: http.MethodPost, Path: "/v1/price",
			Tags: []string{"orders"}, Summary: "Price a cart",
			Description: "Says what an order would cost now, or why the store would not sell it, without " +
				"placing it. Stock is not looked at."},
		answer: reflect.TypeFor[wire.Quote](), statuses: []int{200}, may: staff.Sell,
	}, a.quote)
}

func (a *API) quote(c *call, o *wire.Order) {
	req, _, problem := a.priced(c, o, order.Key{})
	if problem != nil {
		c.refuse(problem)
		return
	}
	out := &wire.Quote{Store: o.Store, Lines: make([]wire.QuoteLine, len(req.Lines))}
	for i := range req.Lines {
		l := &req.Lines[i]
		out.Lines[i] = wire.QuoteLine{SKU: o.Lines[i].SKU, Qty: l.Qty, ListPrice: l.List,
			StorePrice: l.Own, UnitPrice: l.UnitPrice, Gross: l.Gross, Discount: l.Discount,
			CouponDiscount: l.CouponDiscount, Net: l.Gross - l.Discount}
		out.Gross += l.Gross
		out.Discount += l.Discount
	}
	if out.Net = out.Gross - out.Discount; out.Gross > retail.MaxMoney {
		c.refuse(invalid(wire.Fault{Location: "body.lines", Reason: retail.ErrMoneyRange.Error()}))
		return
	}
	c.reply(http.StatusOK, out)
}

// order translates an order and prices it. Without faults the result can be placed; with faults of
// prices and shelves alone it is still what the caller sent.
func (t *translation) order(o *wire.Order, key order.Key) order.Request {
	channel, _ := retail.ParseChannel(o.Channel)
	fulfilment, _ := retail.ParseFulfilment(o.Fulfilment)
	req := order.Request{
		Key: key, Store: t.seller(o.Store), Member: t.member("member", o.Member),
		Channel: channel, Fulfilment: fulfilment, PlacedAt: o.PlacedAt, Paid: o.Paid,
		PaymentMethod: o.PaymentMethod, ExternalRef: o.ExternalRef, Campaign: o.Campaign,
		Simulated: o.Simulated, By: t.who.User, Lines: make([]order.Line, len(o.Lines)),
	}
	cart := &t.pricing.cart
	cart.Reset()
	cart.Channel, cart.MaySet = max(channel, retail.Till), t.who.May(staff.SetPrices)
	cart.MustSay = !t.who.Role.Chainwide()
	t.shelf(cart, &req)
	for i := range o.Lines {
		cart.Lines = append(cart.Lines, t.ask(i, &o.Lines[i]))
	}
	t.unsound = len(t.faults) > 0
	cart.Price()
	for i := range cart.Faults {
		t.priceFault(o, &cart.Faults[i])
	}
	for i := range cart.Lines {
		fill(&req.Lines[i], &cart.Lines[i])
	}
	return req
}

// seller finds the store of an order; 0 for one whose store the chain chooses.
func (t *translation) seller(code string) retail.StoreID {
	if code == "" {
		return 0 // bodies of routes that need a store are refused without one
	}
	return t.openStore("store", code)
}

// shelf finds what the store sells at the time of the order.
func (t *translation) shelf(cart *pricing.Cart, req *order.Request) {
	if req.Store == 0 {
		return
	}
	found, ok := t.look.Assortment(req.Store)
	switch {
	case !ok:
		t.outage = unavailable("The database cannot be reached", "Nothing was recorded: what the store "+
			"sells is not known now. It is safe to send the same request again.", retryDownS)
	case !found.Empty():
		cart.Assortment = found
		if cart.At = req.PlacedAt; cart.At.IsZero() {
			cart.At = t.pricing.now()
		}
	}
}

// ask translates a line.
func (t *translation) ask(i int, l *wire.OrderLine) pricing.Line {
	kind := retail.Sale
	if l.Kind != "" {
		kind, _ = retail.ParseLineKind(l.Kind)
	}
	return pricing.Line{SKU: t.sku(linePath(i, "sku"), l.SKU), Ask: pricing.Ask{Kind: kind, Qty: l.Qty,
		Unit: pricing.Amount(l.UnitPrice), Gross: pricing.Amount(l.Gross), Discount: l.Discount,
		CouponDiscount: l.CouponDiscount, Reason: l.Reason}}
}

// fill makes a line of an order of a priced line of a cart.
func fill(out *order.Line, l *pricing.Line) {
	if l.SKU == nil {
		return
	}
	*out = order.Line{SKU: l.SKU.ID, Kind: l.Kind, Qty: l.Qty, UnitPrice: l.Price.Unit,
		Gross: l.Price.Gross, Discount: l.Price.Discount, CouponDiscount: l.Price.CouponDiscount,
		List: l.List, Own: l.Own, Listed: l.Listed, Granted: l.Granted, Reason: l.Reason}
}

// priceFault says what is wrong with a line's price, or with buying it here.
func (t *translation) priceFault(o *wire.Order, f *pricing.Fault) {
	status, l, reason := http.StatusUnprocessableEntity, &o.Lines[f.Line], f.Reason.String()
	if f.Rights {
		status = http.StatusForbidden
	}
	var found any
	switch f.Field {
	case "sku":
		found = l.SKU
	case "qty":
		found = l.Qty
	case "kind":
		found = l.Kind
	case "discount":
		found = l.Discount
	case "unit_price":
		found = t.pricing.cart.Lines[f.Line].Price.Unit
		reason += f.Amount.String()
	}
	t.fault(status, linePath(f.Line, f.Field), found, reason)
}
