package order

import (
	"context"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Move takes an order away from the store that should have served it.
type Move struct {
	Order retail.OrderID
	// Reason is one of the Reason constants; Words is what the store said.
	Reason, Words string
	// To is the store that serves the order from now on. With 0 nobody does: the order is cancelled and
	// what was paid goes back.
	To retail.StoreID
	// SKUs are those of the order's lines, whose stock at the new store counts.
	SKUs []retail.SKUID
	// Routed tells about the choice; it must be set with To.
	Routed *Routed
}

// rerouting is a Move on its way: the order ends at its store and a new one begins at the other, in one
// transaction. Books and figures of both stores stay exact that way: what the first store sold comes back,
// and the second one sells it. Money that a provider took goes along to the new order.
type rerouting struct {
	move   Move
	us     int64
	w      *Writers
	result Result
}

// Reroute moves orders to other stores. The result is the order that replaces the one that was moved, or
// that one itself, cancelled, where nobody serves it.
func (w *Writers) Reroute(ctx context.Context, m Move) Result {
	r := &rerouting{}
	w.submit(ctx, 1, func(int) (action, error) { return r, r.prepare(&m, w, w.cfg.Now()) })
	w.stats.count(r.result.Err, r.result.Replayed)
	return r.result
}

func (r *rerouting) prepare(m *Move, w *Writers, now time.Time) error {
	r.move, r.w, r.us = *m, w, now.UnixMicro()
	if m.Order <= 0 {
		return ErrNoSuchOrder
	}
	if m.To != 0 {
		if _, ok := w.cfg.Catalogue.StoreByID(m.To); !ok {
			return noStore(w.cfg.Catalogue, m.To)
		}
	}
	return checkTexts("reason", m.Reason, "reason", m.Words)
}

func (r *rerouting) lines() int                             { return max(1, len(r.move.SKUs)) }
func (r *rerouting) fail(err error)                         { r.result = Result{Err: err} }
func (r *rerouting) home() (retail.StoreID, retail.OrderID) { return r.move.To, r.move.Order }

// moveKey is the key of the order that replaces another one.
func moveKey(id retail.OrderID) Key { return NewKey("", "move", uint64(id)) }

func (r *rerouting) need(b *batch) {
	b.ask.Orders = append(b.ask.Orders, r.move.Order)
	b.ask.RefundKeys = append(b.ask.RefundKeys, cancelKey(r.move.Order))
	b.ask.OrderKeys = append(b.ask.OrderKeys, moveKey(r.move.Order))
	for _, sku := range r.move.SKUs {
		if r.move.To != 0 {
			b.shelf.want(retail.StockKey{Store: r.move.To, SKU: sku})
		}
	}
}

func (r *rerouting) decide(b *batch) {
	if before, ok := b.orders[moveKey(r.move.Order)]; ok {
		r.result = before.replay(before.Hash)
		return
	}
	o := b.stands[r.move.Order]
	switch {
	case o == nil:
		r.fail(ErrNoSuchOrder)
		return
	case !o.State.HoldsGoods() || o.State == retail.Ready || r.move.To == o.Store:
		r.fail(&WrongState{Order: o.ID, Is: o.State, Asked: retail.Cancelled, Way: o.Fulfilment})
		return
	}
	at, err := o.at(r.w.cfg.Catalogue, r.us)
	if err != nil {
		r.fail(err)
		return
	}
	mark := b.shelf.mark()
	var next *placing
	if r.move.To != 0 {
		next, err = r.next(b, o)
	}
	if err == nil {
		err = r.end(b, o, at, next)
	}
	if err != nil {
		b.shelf.back(mark)
		r.fail(err)
	}
}

// next reserves what is left of the order at the other store.
func (r *rerouting) next(b *batch, o *Standing) (*placing, error) {
	store, ok := r.w.cfg.Catalogue.StoreByID(r.move.To)
	if !ok {
		return nil, noStore(r.w.cfg.Catalogue, r.move.To)
	}
	p := &placing{key: moveKey(o.ID), state: retail.PendingPayment, at: momentAt(r.us, store.Zone),
		routed: r.move.Routed, paid: o.State != retail.PendingPayment}
	if p.paid {
		p.state = retail.Paid
	}
	p.order = retail.Order{Store: r.move.To, Member: o.Member, Channel: o.Channel,
		Fulfilment: o.Fulfilment, PaymentMethod: o.PaymentMethod, ExternalRef: o.ExternalRef,
		Campaign: o.Campaign, Simulated: o.Simulated}
	for i := range o.lines {
		p.add(&o.lines[i])
	}
	// Its number follows that of the refund of what was paid.
	id := b.first + b.used
	if p.paid && !o.nothingLeft() {
		id++
	}
	return p, p.takeAll(b, id)
}

// add takes over what is left of a line.
func (p *placing) add(l *StandingLine) {
	left := l.left()
	if l.Kind == retail.StockWriteOff || left == (Refunded{}) {
		return
	}
	line := l.Line
	line.No, line.Qty = len(p.order.Lines)+1, left.Qty
	line.Gross, line.Discount, line.Net = left.Gross, left.Discount, left.Gross-left.Discount
	line.CouponDiscount = min(line.CouponDiscount, max(0, left.Discount))
	if l.Line.Qty > 0 {
		line.Cost = share(l.Cost, left.Qty, l.Line.Qty)
	}
	p.order.Lines = append(p.order.Lines, line)
	p.source = append(p.source, Line{})
	p.gross += line.Gross
	p.disc += line.Discount
}

// end closes the order at its store and records the one that replaces it.
func (r *rerouting) end(b *batch, o *Standing, at moment, next *placing) error {
	reason := r.move.Reason
	if next == nil {
		reason = ReasonUnserved
	}
	wasPaid := o.State != retail.PendingPayment
	a := advancing{step: Step{Kind: Cancel, Order: o.ID, Reason: reason}, us: r.us, cat: r.w.cfg.Catalogue}
	var err error
	if wasPaid && !o.nothingLeft() {
		err = a.giveBack(b, o)
	} else {
		err = a.moveGoods(b, o, at)
	}
	if err != nil {
		return err
	}
	o.State = retail.Cancelled
	b.stateRow(o)
	b.out.Steps.add(o, Declined, at, r.move.Words)
	b.events.routed(o, at, &event.OrderRouted{Outcome: event.RoutingOutcome_ROUTING_OUTCOME_DECLINED,
		Reason: r.move.Reason})
	b.events.cancelled(o, at, reason, wasPaid)
	r.result = o.result()
	if next != nil {
		next.record(b)
		b.out.Steps.add(o, Moved, at, number(next.order.ID))
		b.out.Replaced.From = append(b.out.Replaced.From, int64(o.ID))
		b.out.Replaced.To = append(b.out.Replaced.To, int64(next.order.ID))
		r.result = next.result
	}
	b.out.Steps.add(o, StepOf(retail.Cancelled), at, reason)
	return nil
}
