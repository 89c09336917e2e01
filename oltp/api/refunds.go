package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func (a *API) refundRoutes() {
	conflicts := []int{http.StatusNotFound, http.StatusConflict}
	handle(a, route{
		Operation: huma.Operation{OperationID: "refund", Method: http.MethodPost,
			Path: "/v1/refunds", Tags: []string{"refunds"}, Summary: "Refund",
			Description: "Gives money back for an order, in whole or in part, or without a receipt.",
			Parameters:  keyHeader(), Errors: conflicts},
		answer: reflect.TypeFor[wire.Placed](), statuses: []int{201, 200}, may: staff.Refund,
	}, func(c *call, f *wire.Refund) { a.refund(c, f) })
	handle(a, route{
		Operation: huma.Operation{OperationID: "refund-order", Method: http.MethodPost,
			Path: "/v1/orders/{id}/refund", Tags: []string{"refunds", "orders"},
			Summary:     "Refund an order",
			Description: "Gives money back for an order; without lines, all that is left of it.",
			Parameters:  append(keyHeader(), idParam()), Errors: conflicts},
		answer: reflect.TypeFor[wire.Placed](), statuses: []int{201, 200}, may: staff.Refund,
	}, a.refundOrder)
	handle(a, route{
		Operation: huma.Operation{OperationID: "refund-bulk", Method: http.MethodPost,
			Path: "/v1/refunds/bulk", Tags: []string{"refunds"}, Summary: "Refund many times",
			Description: "Each row succeeds or fails alone, under its own key. The answer lists " +
				"them in the order of the request."},
		answer: reflect.TypeFor[wire.Rows](), statuses: []int{200}, may: staff.Refund, list: "refunds",
	}, a.refunds)
}

func (a *API) refundOrder(c *call, f *wire.Refund) {
	v, problem := a.pathOrder(c)
	if problem == nil && f.Order != 0 && f.Order != int64(v.ID) {
		problem = invalid(wire.Fault{Location: "body.order", Value: value(f.Order),
			Reason: "is not the order of the path"})
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	f.Order = int64(v.ID)
	a.refund(c, f)
}

func (a *API) refund(c *call, f *wire.Refund) {
	key, problem := c.key()
	if problem == nil {
		problem = a.prefetch(c.r.Context(), refundCodes(nil, f))
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	t := translation{look: a.cfg.Lookup, who: c.who}
	req := t.refund(c, a, f, requestKey(c.who, key))
	if problem = t.problem(); problem != nil {
		c.refuse(problem)
		return
	}
	res := a.cfg.Intake.Refund(c.r.Context(), []order.Refund{req})[0]
	a.answerPlaced(c, res, key != "")
}

func (a *API) refunds(c *call, b *wire.Refunds) {
	problem := a.admit(c, len(b.Refunds))
	var wanted *codes
	for i := range b.Refunds {
		wanted = refundCodes(wanted, &b.Refunds[i].Refund)
	}
	if problem == nil {
		problem = a.prefetch(c.r.Context(), wanted)
	}
	if problem != nil {
		c.refuse(problem)
		return
	}
	rows := newRows[order.Refund](c, "refunds", len(b.Refunds))
	for i := range b.Refunds {
		if rows.bad(i) {
			continue
		}
		t := translation{look: a.cfg.Lookup, who: c.who, spot: spot{"refunds", i}}
		row := &b.Refunds[i]
		rows.add(i, t.refund(c, a, &row.Refund, requestKey(c.who, row.Key)), t.problem())
	}
	results := a.cfg.Intake.Refund(c.r.Context(), rows.requests)
	c.reply(http.StatusOK, a.answerRows(rows, results))
}

// refund translates a refund. The result is usable only without faults.
func (t *translation) refund(c *call, a *API, f *wire.Refund, key order.Key) order.Refund {
	channel, _ := retail.ParseChannel(f.Channel)
	req := order.Refund{Key: key, Order: orderID(f.Order), Member: t.member("member", f.Member),
		Channel: channel, At: f.At, Reason: f.Reason, ExternalRef: f.ExternalRef,
		Simulated: f.Simulated, Restock: f.Restock, Lines: make([]order.RefundLine, len(f.Lines))}
	if f.Store != "" {
		req.Store = t.store("store", f.Store)
	} else if f.Order == 0 {
		t.fault(http.StatusUnprocessableEntity, "store", nil, "is required without an order")
	}
	if f.Order != 0 && !t.who.Scope.All() {
		t.ownOrder(c, a, f)
	}
	if f.Order == 0 && len(f.Lines) == 0 {
		t.fault(http.StatusUnprocessableEntity, "lines", nil, "must not be empty without an order")
	}
	for i := range f.Lines {
		req.Lines[i] = t.refundLine(i, &f.Lines[i], f.Order == 0)
	}
	return req
}

// ownOrder makes sure that a principal bound to stores refunds an order of theirs. The order itself
// decides, not the store that the request names.
func (t *translation) ownOrder(c *call, a *API, f *wire.Refund) {
	_, problem := a.orderInScope(c.r.Context(), f.Order)
	switch {
	case problem == nil:
	case problem.Status == http.StatusNotFound:
		t.fault(http.StatusForbidden, "order", f.Order, "is not an order of your stores")
	default:
		t.outage = problem
	}
}

func (t *translation) refundLine(i int, l *wire.RefundLine, loose bool) order.RefundLine {
	out := order.RefundLine{No: l.Line, Qty: l.Qty, Exact: l.Gross.Given, Gross: l.Gross.Money,
		Discount: l.Discount}
	if loose || l.SKU != "" {
		if sku := t.sku(linePath(i, "sku"), l.SKU); sku != nil {
			out.SKU = sku.ID
		}
	}
	if loose && !l.Gross.Given {
		t.fault(http.StatusUnprocessableEntity, linePath(i, "gross"), nil,
			"is required without an order")
	}
	if !l.Gross.Given && l.Discount != 0 {
		t.fault(http.StatusUnprocessableEntity, linePath(i, "discount"), l.Discount, "needs gross")
	}
	return out
}

func refundCodes(into *codes, f *wire.Refund) *codes {
	if into == nil {
		into = &codes{}
	}
	into.add(f.Store, f.Member)
	for i := range f.Lines {
		into.sku(f.Lines[i].SKU)
	}
	return into
}
