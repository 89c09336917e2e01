package order

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// refunding is one Refund on its way.
type refunding struct {
	refund  Refund
	hash    int64
	us      int64
	cat     Catalogue
	back    []retail.Line     // what goes back, numbered from 1
	orderNo []int16           // parallel to back: the order's line, 0 without an order
	final   retail.OrderState // where the order stands once nothing is left of it
	result  Result
}

func (r *refunding) prepare(q *Refund, w *Writers, h *hasher, now time.Time) error {
	r.refund, r.cat, r.hash, r.final = *q, w.cfg.Catalogue, h.refund(q), retail.Refunded
	if r.refund.Key == (Key{}) {
		r.refund.Key = RandomKey()
	}
	var err error
	if r.us, err = checkTime("at", q.At, now); err != nil {
		return err
	}
	if err := checkTexts("reason", q.Reason, "external_ref", q.ExternalRef); err != nil {
		return err
	}
	switch {
	case q.Order < 0:
		return ErrNoSuchOrder
	case q.Channel > retail.Phone:
		return invalid("channel", "%d is no channel", q.Channel)
	case len(q.Lines) > w.cfg.MaxLines:
		return invalid("lines", "%d lines, at most %d", len(q.Lines), w.cfg.MaxLines)
	case q.Order == 0:
		return r.checkWithoutOrder()
	}
	for i := range q.Lines {
		if l := &q.Lines[i]; l.Qty < 0 || l.Qty > MaxQty {
			return invalidLine(i, "qty", "%d, want 0 to %d", l.Qty, MaxQty)
		}
	}
	return nil
}

// checkWithoutOrder resolves a return without a receipt.
func (r *refunding) checkWithoutOrder() error {
	q := &r.refund
	if _, ok := r.cat.StoreByID(q.Store); !ok {
		return noStore(r.cat, q.Store)
	}
	if q.Channel == 0 {
		q.Channel = retail.Till
	}
	if len(q.Lines) == 0 {
		return invalid("lines", "a return without an order names its lines")
	}
	var gross retail.Money
	for i := range q.Lines {
		l := &q.Lines[i]
		sku, ok := r.cat.SKUByID(l.SKU)
		if !ok {
			return noSKU(r.cat, i, l.SKU)
		}
		sold := Line{SKU: l.SKU, Qty: l.Qty, Gross: l.Gross, Discount: l.Discount}
		if l.Qty == 0 {
			sold.Kind = retail.Adjustment
		}
		back, err := checkLine(i, &sold, sku.Category.ID, sku.Cost)
		if err == nil && (l.Gross < 0 || l.Discount < 0 || l.Discount > l.Gross) {
			err = invalidLine(i, "gross", "%v less %v, want what goes back", l.Gross, l.Discount)
		}
		if err != nil {
			return err
		}
		r.back, r.orderNo = append(r.back, back), append(r.orderNo, 0)
		if gross += l.Gross; gross > retail.MaxMoney {
			return invalid("lines", "%v", retail.ErrMoneyRange)
		}
	}
	return nil
}

func (r *refunding) lines() int     { return max(1, len(r.refund.Lines)) }
func (r *refunding) fail(err error) { r.result = Result{Err: err} }
func (r *refunding) home() (retail.StoreID, retail.OrderID) {
	if r.refund.Order == 0 {
		return r.refund.Store, 0
	}
	return 0, r.refund.Order
}

func (r *refunding) need(b *batch) {
	b.ask.RefundKeys = append(b.ask.RefundKeys, r.refund.Key)
	if r.refund.Order != 0 {
		b.ask.Orders = append(b.ask.Orders, r.refund.Order)
		return
	}
	for i := range r.back {
		b.shelf.want(retail.StockKey{Store: r.refund.Store, SKU: r.back[i].SKU})
	}
}

func (r *refunding) decide(b *batch) {
	if before, ok := b.refunds[r.refund.Key]; ok {
		r.result = before.replay(r.hash)
		return
	}
	if r.refund.Order == 0 {
		r.settle(b, &Standing{Store: r.refund.Store, Member: r.refund.Member, Channel: r.refund.Channel,
			Simulated: r.refund.Simulated})
		return
	}
	o := b.stands[r.refund.Order]
	if o == nil {
		r.fail(ErrNoSuchOrder)
		return
	}
	if !o.State.CanBecome(retail.Refunded, o.Fulfilment) {
		r.fail(&WrongState{Order: o.ID, Is: o.State, Asked: retail.Refunded, Way: o.Fulfilment})
		return
	}
	r.back, r.orderNo = r.back[:0], r.orderNo[:0]
	err := r.split(o)
	if err != nil {
		r.unsplit(o)
		r.fail(err)
		return
	}
	r.settle(b, o)
}

// settle moves the goods and notes the refund; o stands in for the order where there is none.
func (r *refunding) settle(b *batch, o *Standing) {
	mark := b.shelf.mark()
	at, err := o.at(r.cat, r.us)
	id := retail.OrderID(b.first + b.used)
	for i := 0; err == nil && i < len(r.back); i++ {
		err = r.moveGoods(b, o, i, id, at)
	}
	if err != nil {
		b.shelf.back(mark)
		r.unsplit(o)
		r.fail(err)
		return
	}
	id = b.number()
	if o.ID != 0 && o.nothingLeft() {
		o.State = r.final
		b.stateRow(o)
	}
	var gross, discount retail.Money
	for i := range r.back {
		gross += r.back[i].Gross
		discount += r.back[i].Discount
		b.out.RefundLines.add(id, o.ID, &r.back[i], r.orderNo[i])
	}
	r.result = Result{ID: id, State: o.State, Gross: gross, Discount: discount, Net: gross - discount}
	b.refunds[r.refund.Key] = Before{Key: r.refund.Key, ID: id, Hash: r.hash, State: o.State,
		Gross: gross, Discount: discount}
	b.out.Refunds.add(r, o, at)
	b.events.refunded(r, o, at)
}

// moveGoods frees goods that are still reserved, and puts returned ones back on the shelf if asked.
func (r *refunding) moveGoods(b *batch, o *Standing, i int, id retail.OrderID, at moment) error {
	l := &r.back[i]
	e := entry{category: l.Category, ref: id, at: at, simulated: o.Simulated}
	switch {
	case l.Qty == 0 || l.Kind != retail.Sale:
		return nil
	case o.State.HoldsGoods():
		e.kind, e.resDelta = retail.Release, -l.Qty
	case r.refund.Restock:
		e.kind, e.onHandDelta = retail.Return, l.Qty
	default:
		return nil
	}
	key := retail.StockKey{Store: o.Store, SKU: l.SKU}
	if !b.shelf.move(key, e) {
		return &Short{Line: i, StockKey: key, Wanted: l.Qty, Available: b.shelf.level(key).Reserved}
	}
	return nil
}

func (r *RefundRows) add(q *refunding, o *Standing, at moment) {
	r.ID = append(r.ID, int64(q.result.ID))
	r.Key = append(r.Key, q.refund.Key)
	r.Hash = append(r.Hash, q.hash)
	r.Order = append(r.Order, int64(o.ID))
	r.Member = append(r.Member, int64(o.Member))
	r.Refunded = append(r.Refunded, at.us)
	r.Gross = append(r.Gross, int64(q.result.Gross))
	r.Discount = append(r.Discount, int64(q.result.Discount))
	r.Store = append(r.Store, int32(o.Store))
	r.Day = append(r.Day, at.day)
	r.Channel = append(r.Channel, int16(o.Channel))
	r.State = append(r.State, int16(o.State))
	r.Simulated = append(r.Simulated, o.Simulated)
	r.Reason = append(r.Reason, q.refund.Reason)
	r.ExternalRef = append(r.ExternalRef, q.refund.ExternalRef)
}

func (r *RefundLineRows) add(refund, order retail.OrderID, l *retail.Line, orderNo int16) {
	r.Refund = append(r.Refund, int64(refund))
	r.Order = append(r.Order, int64(order))
	r.SKU = append(r.SKU, int64(l.SKU))
	r.Gross = append(r.Gross, int64(l.Gross))
	r.Discount = append(r.Discount, int64(l.Discount))
	r.Cost = append(r.Cost, int64(l.Cost))
	r.Category = append(r.Category, int32(l.Category))
	r.Qty = append(r.Qty, l.Qty)
	r.No = append(r.No, int16(l.No))
	r.OrderLine = append(r.OrderLine, orderNo)
	r.Kind = append(r.Kind, int16(l.Kind))
}
