package postgres_test

import (
	"slices"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// ordered is an unpaid order of the mini-program, fulfilled this way.
func (s *shop) ordered(way retail.Fulfilment, store, sku, qty int) order.Request {
	r := s.unpaid(store, sku, qty)
	r.Fulfilment = way
	return r
}

func (s *shop) steps(id retail.OrderID) []string {
	s.t.Helper()
	v, err := s.db.Orders().Order(s.t.Context(), retail.HQScope(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	rows, err := s.db.Orders().Steps(s.t.Context(), retail.HQScope(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, h := range order.Timeline(v, rows) {
		names = append(names, h.Step.String())
	}
	return names
}

// TestWaysOfFulfilment takes an order of each kind through its life and reads its timeline.
func TestWaysOfFulfilment(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 100)
	onHand := int32(100)
	f := func(way retail.Fulfilment, left int, steps ...order.StepKind) {
		t.Helper()
		id := s.placed(s.ordered(way, 0, 0, 2)).ID
		want := []string{"placed"}
		for i, kind := range steps {
			if got := s.step(kind, id); got.Err != nil || got.Replayed {
				t.Fatalf("%s: %s: %+v", way, kind, got)
			}
			if want = append(want, kind.String()); i < left {
				s.wantLevel(0, 0, onHand, 2)
				continue
			}
			s.wantLevel(0, 0, onHand-2, 0)
		}
		if got := s.steps(id); !slices.Equal(got, want) {
			t.Errorf("%s: timeline %v, want %v", way, got, want)
		}
		onHand -= 2
	}
	f(retail.Pickup, 3, order.Pay, order.Pick, order.MakeReady, order.Complete)
	f(retail.SameCity, 3, order.Pay, order.Pick, order.MakeReady, order.Deliver, order.Complete)
	f(retail.SameCity, 2, order.Pay, order.Pick, order.Deliver, order.Complete)
	f(retail.Express, 2, order.Pay, order.Pick, order.Ship, order.Deliver, order.Complete)
	f(retail.CarryOut, 1, order.Pay, order.Complete)
	s.wantNoDrift()
	if till := s.placed(s.sale(0, 0, 1)); !slices.Equal(s.steps(till.ID),
		[]string{"placed", "paid", "completed"}) {
		t.Errorf("a till sale's timeline is %v", s.steps(till.ID))
	}
}

// TestCancelAfterPaymentGivesAllBack keeps the books in balance and tells why.
func TestCancelAfterPaymentGivesAllBack(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	id := s.placed(s.ordered(retail.Pickup, 0, 0, 3)).ID
	s.step(order.Pay, id)
	if got := s.refund(order.Refund{Order: id, Lines: []order.RefundLine{{No: 1, Qty: 1}}}); got.Err != nil {
		t.Fatal(got.Err)
	}
	cancel := order.Step{Kind: order.Cancel, Order: id, Reason: "too late for me"}
	for i := range 2 {
		got := s.Advance(t.Context(), []order.Step{cancel})[0]
		if got.Err != nil || got.State != retail.Cancelled || got.Replayed != (i == 1) {
			t.Errorf("attempt %d: %+v", i, got)
		}
	}
	s.wantLevel(0, 0, 10, 0)
	s.wantNoDrift()
	totals, err := s.db.Ledger().Totals(t.Context())
	if err != nil || len(totals) != 1 || totals[0].Net != 3000 || totals[0].RefundNet != 3000 ||
		totals[0].Refunds != 2 {
		t.Errorf("totals %+v, %v", totals, err)
	}
	want := []string{"placed", "paid", "partly_refunded", "cancelled", "refunded"}
	if got := s.steps(id); !slices.Equal(got, want) {
		t.Errorf("timeline %v, want %v", got, want)
	}
	if why := ask[string](t, s.dsn, "SELECT reason FROM order_step WHERE order_id = $1", id); why !=
		"too late for me" {
		t.Errorf("the reason is %q", why)
	}
	if err := tryExecute(t, s.dsn, "UPDATE order_step SET reason = ''"); err == nil {
		t.Error("a timeline can be edited")
	}
	for _, kind := range []order.StepKind{order.Pay, order.Pick, order.Complete} {
		if got := s.step(kind, id); got.Err == nil {
			t.Errorf("%s after cancelling: %+v", kind, got)
		}
	}
}

// TestPickedOrdersAreNotCancelled but refunded.
func TestPickedOrdersAreNotCancelled(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	id := s.placed(s.ordered(retail.SameCity, 0, 0, 3)).ID
	s.step(order.Pay, id)
	s.step(order.Pick, id)
	if got := s.step(order.Cancel, id); got.Err == nil {
		t.Errorf("cancelled while picked: %+v", got)
	}
	if got := s.step(order.Ship, id); got.Err == nil {
		t.Errorf("a same-city order was shipped: %+v", got)
	}
	if got := s.refund(order.Refund{Order: id}); got.Err != nil || got.State != retail.Refunded {
		t.Errorf("refund: %+v", got)
	}
	s.wantLevel(0, 0, 10, 0)
	s.wantNoDrift()
}
