package api

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/member"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// translation turns one request or row from codes into ids, and gathers what is wrong with it.
type translation struct {
	look catalogue.Lookup
	who  *staff.Principal
	spot spot
	// faults are what is wrong; status is 403 when one of them is a matter of rights, else 422.
	faults []wire.Fault
	status int
	// outage is set when something could not be looked up; then nothing else counts.
	outage *wire.Problem
}

func (t *translation) fault(status int, path string, v any, reason string) {
	t.faults = append(t.faults, wire.Fault{Location: t.spot.at(path), Value: value(v), Reason: reason})
	if t.status != http.StatusForbidden {
		t.status = status
	}
}

// problem returns what is wrong, or nil.
func (t *translation) problem() *wire.Problem {
	switch {
	case t.outage != nil:
		return t.outage
	case len(t.faults) == 0:
		return nil
	case t.status == http.StatusForbidden:
		return forbidden("", t.faults...)
	}
	return invalid(t.faults...)
}

// store finds a store that the principal acts for. Whoever is bound to stores learns nothing about the
// others, not even whether they exist.
func (t *translation) store(path, code string) retail.StoreID {
	id, _, known := t.look.Store(code)
	switch {
	case known && t.who.Serves(id):
		return id
	case t.who.Role == staff.Storefront || t.who.Scope.All():
		t.fault(http.StatusUnprocessableEntity, path, code, "is not a known store")
	default:
		t.fault(http.StatusForbidden, path, code, "is not one of your stores")
	}
	return 0
}

// openStore is store for what only an active store does.
func (t *translation) openStore(path, code string) retail.StoreID {
	id := t.store(path, code)
	if id == 0 {
		return 0
	}
	if s, ok := t.look.StoreByID(id); ok && !s.Active {
		t.fault(http.StatusUnprocessableEntity, path, code, "is a store that no longer trades")
	}
	return id
}

func (t *translation) member(path, code string) retail.MemberID {
	if code == "" {
		return 0
	}
	id, known := t.look.Member(code)
	if !known || strings.HasPrefix(code, member.PseudonymPrefix) {
		t.fault(http.StatusUnprocessableEntity, path, code, "is not a known member")
	}
	return id
}

// sku finds a SKU; nil after a fault.
func (t *translation) sku(path, code string) *retail.SKU {
	if id, known := t.look.SKU(code); known {
		if s, ok := t.look.SKUByID(id); ok {
			return s
		}
	}
	t.fault(http.StatusUnprocessableEntity, path, code, "is not a known SKU")
	return nil
}

// order translates an order. The result is usable only without faults.
func (t *translation) order(o *wire.Order, key order.Key) order.Request {
	channel, _ := retail.ParseChannel(o.Channel)
	fulfilment, _ := retail.ParseFulfilment(o.Fulfilment)
	req := order.Request{
		Key: key, Store: t.openStore("store", o.Store), Member: t.member("member", o.Member),
		Channel: channel, Fulfilment: fulfilment, PlacedAt: o.PlacedAt, Paid: o.Paid,
		PaymentMethod: o.PaymentMethod, ExternalRef: o.ExternalRef, Campaign: o.Campaign,
		Simulated: o.Simulated, Lines: make([]order.Line, len(o.Lines)),
	}
	for i := range o.Lines {
		req.Lines[i] = t.line(i, &o.Lines[i])
	}
	return req
}

func (t *translation) line(i int, l *wire.OrderLine) order.Line {
	kind := retail.Sale
	if l.Kind != "" {
		kind, _ = retail.ParseLineKind(l.Kind)
	}
	sku := t.sku(linePath(i, "sku"), l.SKU)
	if sku == nil {
		return order.Line{}
	}
	out := order.Line{SKU: sku.ID, Kind: kind, Qty: l.Qty, Discount: l.Discount,
		CouponDiscount: l.CouponDiscount, Reason: l.Reason}
	if kind == retail.Sale && l.Qty < 1 {
		t.fault(http.StatusUnprocessableEntity, linePath(i, "qty"), l.Qty,
			"must be at least 1 for a sale")
		return out
	}
	if kind == retail.Sale && !sku.Active {
		t.fault(http.StatusUnprocessableEntity, linePath(i, "sku"), l.SKU, "is no longer sold")
		return out
	}
	t.price(i, l, sku, &out)
	if !t.who.May(staff.SetPrices) {
		t.listPrice(i, l, sku, &out)
	}
	return out
}

// price fills in the amounts that were left out.
func (t *translation) price(i int, l *wire.OrderLine, sku *retail.SKU, out *order.Line) {
	switch {
	case l.UnitPrice.Given:
		out.UnitPrice = l.UnitPrice.Money
	case !l.Gross.Given && out.Kind == retail.Sale:
		out.UnitPrice = sku.Price
	case l.Gross.Money > 0 && l.Qty > 0:
		out.UnitPrice = l.Gross.Money / retail.Money(l.Qty)
	}
	if l.Gross.Given {
		out.Gross = l.Gross.Money
		return
	}
	gross, err := out.UnitPrice.Times(int64(l.Qty))
	if err != nil {
		t.fault(http.StatusUnprocessableEntity, linePath(i, "gross"), nil,
			fmt.Sprintf("%d times %s: %v", l.Qty, out.UnitPrice, err))
	}
	out.Gross = gross
}

// listPrice refuses what a principal who may not set prices must not send.
func (t *translation) listPrice(i int, l *wire.OrderLine, sku *retail.SKU, out *order.Line) {
	list, _ := sku.Price.Times(int64(l.Qty))
	switch {
	case out.Kind != retail.Sale:
		t.fault(http.StatusForbidden, linePath(i, "kind"), l.Kind, "needs a role that may set prices")
	case out.Gross != list || out.UnitPrice != sku.Price:
		t.fault(http.StatusForbidden, linePath(i, "unit_price"), out.UnitPrice,
			"is not the catalogue's price of "+sku.Price.String())
	case l.Discount != 0:
		t.fault(http.StatusForbidden, linePath(i, "discount"), l.Discount,
			"needs a role that may set prices")
	}
}

// codes gathers the codes of requests, so that a bulk of them costs one query a kind at most.
type codes struct{ catalogue.Codes }

func (c *codes) add(store, member string) {
	if n := len(c.Stores); store != "" && (n == 0 || c.Stores[n-1] != store) {
		c.Stores = append(c.Stores, store)
	}
	if member != "" {
		c.Members = append(c.Members, member)
	}
}

func (c *codes) sku(code string) {
	if code != "" {
		c.SKUs = append(c.SKUs, code)
	}
}

// prefetch makes the codes known, or says that nothing can be known now.
func (a *API) prefetch(ctx context.Context, c *codes) *wire.Problem {
	if err := a.cfg.Lookup.Prefetch(ctx, c.Codes); err != nil {
		return a.outage(err, true)
	}
	return nil
}
