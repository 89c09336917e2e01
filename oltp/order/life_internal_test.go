package order

import (
	"errors"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// stands puts one order of two pieces of SKU 1 at store 1 before the desk. It holds its goods unless they
// have left.
func (d *desk) stands(state retail.OrderState, way retail.Fulfilment) {
	reserved := int32(0)
	if state.HoldsGoods() {
		reserved = 2
	}
	d.b.seen.Levels = []retail.StockLevel{has(1, 1, 5, reserved)}
	d.b.seen.Orders = []Standing{{ID: 77, Store: 1, State: state, Fulfilment: way, Gross: 2000}}
	d.b.seen.Lines = []StandingLine{{Order: 77, Line: retail.Line{No: 1, SKU: 1, Kind: retail.Sale, Qty: 2,
		Gross: 2000, Net: 2000}}}
}

func (d *desk) step(kind StepKind, reason string) *advancing {
	d.t.Helper()
	a := new(advancing)
	if err := a.prepare(&Step{Kind: kind, Order: 77, Reason: reason}, d.w, noon); err != nil {
		d.t.Fatal(err)
	}
	return a
}

// TestEveryStepFromEveryState walks the whole table: what is legal moves exactly the goods that it should,
// what is not leaves no trace.
func TestEveryStepFromEveryState(t *testing.T) {
	for way := retail.CarryOut; way <= retail.Express; way++ {
		for state := retail.PendingPayment; state <= retail.Delivering; state++ {
			for kind := Pay; kind <= Deliver; kind++ {
				d := newDesk(t)
				d.stands(state, way)
				a := d.step(kind, "")
				e := d.decide(a)
				checkStep(t, way, state, kind, a, e)
			}
		}
	}
}

func checkStep(t *testing.T, way retail.Fulfilment, from retail.OrderState, kind StepKind, a *advancing,
	e *Effects) {
	t.Helper()
	to := kind.target()
	var wrong *WrongState
	switch {
	case from == to:
		if !a.result.Replayed || !e.Empty() {
			t.Errorf("%s: %s again: %+v", way, to, a.result)
		}
		return
	case !from.CanBecome(to, way):
		if !errors.As(a.result.Err, &wrong) || !e.Empty() || len(e.Moves.SKU) > 0 || len(e.Steps.Order) > 0 {
			t.Errorf("%s: %s to %s: %+v", way, from, to, a.result)
		}
		return
	case a.result.Err != nil || a.result.State != to || e.States.State[0] != int16(to):
		t.Errorf("%s: %s to %s: %+v", way, from, to, a.result)
		return
	}
	onHand, reserved := int32(5), int32(0)
	switch {
	case to.HoldsGoods():
		reserved = 2
	case from.HoldsGoods() && to != retail.Cancelled:
		onHand = 3
	}
	level := retail.StockLevel{OnHand: 5}
	if from.HoldsGoods() {
		level.Reserved = 2
	}
	if len(e.Stock) == 1 {
		level = e.Stock[0]
	}
	if level.OnHand != onHand || level.Reserved != reserved {
		t.Errorf("%s: %s to %s leaves %d on hand, %d reserved, want %d and %d", way, from, to, level.OnHand,
			level.Reserved, onHand, reserved)
	}
	refunds, steps := 0, 1
	if from == retail.Paid && to == retail.Cancelled {
		refunds = 1
	}
	if kind == Pay {
		steps = 0
	}
	if len(e.Refunds.ID) != refunds || len(e.Steps.Order) != steps {
		t.Errorf("%s: %s to %s: %d refunds, %d steps", way, from, to, len(e.Refunds.ID), len(e.Steps.Order))
	}
}

// TestCancellingAPaidOrderGivesAllBack after a part went back before.
func TestCancellingAPaidOrderGivesAllBack(t *testing.T) {
	d := newDesk(t)
	d.stands(retail.Paid, retail.Pickup)
	part := new(refunding)
	err := part.prepare(&Refund{Order: 77, Lines: []RefundLine{{No: 1, Qty: 1}}}, d.w, new(hasher), noon)
	if err != nil {
		t.Fatal(err)
	}
	cancel, again := d.step(Cancel, "changed my mind"), d.step(Cancel, "")
	e := d.decide(part, cancel, again)
	if cancel.result.Err != nil || cancel.result.State != retail.Cancelled || !again.result.Replayed {
		t.Fatalf("got %+v, then %+v", cancel.result, again.result)
	}
	if len(e.Refunds.ID) != 2 || e.Refunds.Gross[0]+e.Refunds.Gross[1] != 2000 ||
		e.Refunds.State[1] != int16(retail.Cancelled) || e.Refunds.Reason[1] != "changed my mind" {
		t.Errorf("refunds %+v", e.Refunds)
	}
	if e.Stock[0].OnHand != 5 || e.Stock[0].Reserved != 0 {
		t.Errorf("levels %+v", e.Stock)
	}
	var kinds []event.Kind
	for f, err := range event.Frames(e.Packet) {
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, f.Kind)
	}
	want := []event.Kind{event.KindOrderRefunded, event.KindOrderRefunded, event.KindOrderCancelled,
		event.KindStockMoved}
	if !slices.Equal(kinds, want) {
		t.Errorf("events %v, want %v", kinds, want)
	}
}

// TestPartialRefundAtEachLegalPoint frees goods that wait in the store and leaves those alone that left.
func TestPartialRefundAtEachLegalPoint(t *testing.T) {
	for _, state := range []retail.OrderState{retail.Paid, retail.Picking, retail.Ready, retail.Shipped,
		retail.Delivering, retail.Completed} {
		d := newDesk(t)
		d.stands(state, retail.SameCity)
		r := new(refunding)
		if err := r.prepare(&Refund{Order: 77, Lines: []RefundLine{{No: 1, Qty: 1}}}, d.w, new(hasher),
			noon); err != nil {
			t.Fatal(err)
		}
		e := d.decide(r)
		if r.result.Err != nil || r.result.Net != 1000 || r.result.State != state {
			t.Errorf("%s: %+v", state, r.result)
		}
		if freed := len(e.Stock) == 1 && e.Stock[0].Reserved == 1; freed != state.HoldsGoods() {
			t.Errorf("%s: levels %+v", state, e.Stock)
		}
	}
}
