package order

import (
	"time"

	"github.com/tillstream/tillstream/retail"
)

// advancing is one Step on its way.
type advancing struct {
	step   Step
	us     int64
	cat    Catalogue
	result Result
}

func (a *advancing) prepare(s *Step, w *Writers, now time.Time) error {
	a.step, a.cat = *s, w.cfg.Catalogue
	if s.Kind < Pay || s.Kind > MarkLate {
		return invalid("kind", "%d is no step", s.Kind)
	}
	if s.Order <= 0 {
		return ErrNoSuchOrder
	}
	var err error
	if a.us, err = checkTime("at", s.At, now); err != nil {
		return err
	}
	return checkTexts("payment_method", s.PaymentMethod, "reason", s.Reason)
}

func (a *advancing) lines() int                             { return 1 }
func (a *advancing) fail(err error)                         { a.result = Result{Err: err} }
func (a *advancing) home() (retail.StoreID, retail.OrderID) { return a.step.Store, a.step.Order }

func (a *advancing) need(b *batch) {
	b.ask.Orders = append(b.ask.Orders, a.step.Order)
	if a.step.Kind == Cancel { // should the order be paid, this is the key of its refund
		b.ask.RefundKeys = append(b.ask.RefundKeys, cancelKey(a.step.Order))
	}
}

func (a *advancing) decide(b *batch) {
	o := b.stands[a.step.Order]
	if o == nil {
		a.fail(ErrNoSuchOrder)
		return
	}
	if a.step.Kind.note() != 0 {
		a.note(b, o)
		return
	}
	target := a.step.Kind.target()
	if o.State == target {
		a.result = o.result()
		a.result.Replayed = true
		return
	}
	tooLate := a.step.Kind == Expire && o.State != retail.PendingPayment
	if tooLate || !o.State.CanBecome(target, o.Fulfilment) {
		a.fail(&WrongState{Order: o.ID, Is: o.State, Asked: target, Way: o.Fulfilment})
		return
	}
	at, err := o.at(a.cat, a.us)
	if err != nil {
		a.fail(err)
		return
	}
	wasPaid := o.State == retail.Paid
	if a.step.Kind == Cancel && wasPaid && !o.nothingLeft() {
		err = a.giveBack(b, o)
	} else {
		err = a.move(b, o, at)
	}
	if err != nil {
		a.fail(err)
		return
	}
	o.State = target
	row := b.stateRow(o)
	if a.step.Kind == Pay {
		o.PaymentMethod = a.step.PaymentMethod
		b.out.States.Paid[row], b.out.States.SaleDay[row] = at.us, at.day
		b.out.States.PaymentMethod[row] = a.step.PaymentMethod
	} else {
		b.out.Steps.add(o, StepOf(target), at, a.step.Reason)
	}
	a.result = o.result()
	b.events.advanced(a, o, at, wasPaid)
}

// note keeps and tells a step that changes no state. Who sends one has looked whether it was noted before.
func (a *advancing) note(b *batch, o *Standing) {
	asked, fits := retail.Picking, o.State == retail.Paid
	if a.step.Kind == MarkLate {
		asked = retail.Completed
		fits = o.State == retail.Ready || o.State == retail.Shipped || o.State == retail.Delivering
	}
	if !fits {
		a.fail(&WrongState{Order: o.ID, Is: o.State, Asked: asked, Way: o.Fulfilment})
		return
	}
	at, err := o.at(a.cat, a.us)
	if err != nil {
		a.fail(err)
		return
	}
	b.out.Steps.add(o, a.step.Kind.note(), at, a.step.Reason)
	a.result = o.result()
	b.events.noted(a.step.Kind, o, at)
}

// giveBack refunds all that is left of a paid order, which frees its goods.
func (a *advancing) giveBack(b *batch, o *Standing) error {
	r := refunding{refund: Refund{Key: cancelKey(o.ID), Order: o.ID, Reason: a.step.Reason}, us: a.us,
		cat: a.cat, final: retail.Cancelled}
	if err := r.split(o); err != nil {
		r.unsplit(o)
		return err
	}
	r.settle(b, o)
	return r.result.Err
}

// cancelKey is the key of the refund that cancelling a paid order makes.
func cancelKey(id retail.OrderID) Key { return NewKey("", "cancel", uint64(id)) }

// move moves the goods, all or none.
func (a *advancing) move(b *batch, o *Standing, at moment) error {
	mark := b.shelf.mark()
	err := a.moveGoods(b, o, at)
	if err != nil {
		b.shelf.back(mark)
	}
	return err
}

// moveGoods releases what a cancelled order reserved, and hands out what an order reserved with the first
// step that takes it out of the store.
func (a *advancing) moveGoods(b *batch, o *Standing, at moment) error {
	target := a.step.Kind.target()
	leaving := o.State.HoldsGoods() && !target.HoldsGoods() && target != retail.Cancelled
	if !leaving && target != retail.Cancelled {
		return nil
	}
	for i := range o.lines {
		l := &o.lines[i]
		left := l.Line.Qty - l.Refunded.Qty
		if l.Kind != retail.Sale || left <= 0 {
			continue
		}
		e := entry{kind: retail.Release, resDelta: -left, category: l.Category, ref: o.ID, at: at,
			simulated: o.Simulated}
		if leaving {
			e.kind, e.onHandDelta = retail.Fulfil, -left
		}
		key := retail.StockKey{Store: o.Store, SKU: l.SKU}
		if !b.shelf.move(key, e) {
			level := b.shelf.level(key)
			return &Short{Line: i, StockKey: key, Wanted: left, Available: level.Reserved}
		}
	}
	return nil
}

// at places an instant at the order's store.
func (o *Standing) at(cat Catalogue, us int64) (moment, error) {
	store, ok := cat.StoreByID(o.Store)
	if !ok {
		return moment{}, noStore(cat, o.Store)
	}
	return momentAt(us, store.Zone), nil
}

func (o *Standing) result() Result {
	return Result{ID: o.ID, State: o.State, Gross: o.Gross, Discount: o.Discount, Net: o.Gross - o.Discount}
}

// stateRow returns the order's one row of StateRows, brought up to the order's state.
func (b *batch) stateRow(o *Standing) int {
	rows := &b.out.States
	if o.row == 0 {
		rows.ID = append(rows.ID, int64(o.ID))
		rows.State = append(rows.State, 0)
		rows.Paid = append(rows.Paid, 0)
		rows.SaleDay = append(rows.SaleDay, 0)
		rows.PaymentMethod = append(rows.PaymentMethod, "")
		o.row = len(rows.ID)
	}
	rows.State[o.row-1] = int16(o.State)
	return o.row - 1
}
