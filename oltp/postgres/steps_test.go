package postgres_test

import (
	"errors"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

func (s *shop) step(kind order.StepKind, id retail.OrderID) order.Result {
	s.t.Helper()
	return s.Advance(s.t.Context(), []order.Step{{Kind: kind, Order: id, PaymentMethod: "card"}})[0]
}

func (s *shop) refund(r order.Refund) order.Result {
	s.t.Helper()
	return s.Refund(s.t.Context(), []order.Refund{r})[0]
}

// unpaid is an order of the mini-program that waits for its money.
func (s *shop) unpaid(store, sku, qty int) order.Request {
	r := s.sale(store, sku, qty)
	r.Paid, r.PaymentMethod = false, ""
	r.Channel, r.Fulfilment = retail.MiniProgram, retail.Express
	return r
}

func TestLifeOfAnOrder(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('life', 'pgoutput')::text")
	r := s.placed(s.unpaid(0, 0, 4))
	f := func(got order.Result, want retail.OrderState, onHand, reserved int32) {
		t.Helper()
		if got.Err != nil || got.State != want || got.ID != r.ID || got.Replayed || got.Net != 4000 {
			t.Errorf("got %+v, want %v", got, want)
		}
		s.wantLevel(0, 0, onHand, reserved)
	}
	f(r, retail.PendingPayment, 10, 4)
	f(s.step(order.Pay, r.ID), retail.Paid, 10, 4)
	f(s.step(order.Ship, r.ID), retail.Shipped, 6, 0)
	f(s.step(order.Complete, r.ID), retail.Completed, 6, 0)
	if again := s.step(order.Complete, r.ID); again.Err != nil || !again.Replayed {
		t.Errorf("completed again: %+v", again)
	}
	var state *order.WrongState
	if got := s.step(order.Cancel, r.ID); !errors.As(got.Err, &state) || state.Is != retail.Completed {
		t.Errorf("cancelled after completion: %+v", got)
	}
	if got := s.step(order.Pay, 4711); !errors.Is(got.Err, order.ErrNoSuchOrder) {
		t.Errorf("paying nothing: %+v", got)
	}
	s.wantNoDrift()
	var kinds []string
	for _, m := range facts(t, s.dsn, "life") {
		switch m := m.(type) {
		case *event.OrderPaid:
			if m.NetFen != 4000 || len(m.Lines) != 1 || m.Lines[0].CategoryId == 0 ||
				m.PaymentMethod != "card" {
				t.Errorf("order paid: %v", m)
			}
		}
		kinds = append(kinds, string(m.ProtoReflect().Descriptor().Name()))
	}
	want := []string{"OrderPlaced", "StockMoved", "OrderPaid", "OrderShipped", "StockMoved", "OrderCompleted"}
	if len(kinds) != len(want) {
		t.Fatalf("events %v, want %v", kinds, want)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("events %v, want %v", kinds, want)
		}
	}
}

func TestCancelFreesTheGoods(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 5)
	r := s.placed(s.unpaid(0, 0, 5))
	var short *order.Short
	if got := s.place(s.sale(0, 0, 1)); !errors.As(got.Err, &short) || short.Available != 0 {
		t.Errorf("sold what was reserved: %+v", got)
	}
	if got := s.step(order.Cancel, r.ID); got.Err != nil || got.State != retail.Cancelled {
		t.Errorf("cancel: %+v", got)
	}
	s.wantLevel(0, 0, 5, 0)
	if got := s.refund(order.Refund{Order: r.ID}); got.Err == nil {
		t.Error("refunded what nobody paid")
	}
	s.wantNoDrift()
}

func TestRefunds(t *testing.T) {
	s := openShop(t, 1, 2)
	s.receive(0, 0, 10)
	s.receive(0, 1, 10)
	sale := s.sale(0, 0, 3)
	sale.Lines[0].Discount = 1 // 29.99 for three: thirds are no whole fen
	sale.Lines = append(sale.Lines, s.line(1, 1))
	r := s.placed(sale)

	one := order.Refund{Order: r.ID, Restock: true, Key: order.NewKey("till", "back"),
		Lines: []order.RefundLine{{No: 1, Qty: 1}}}
	first := s.refund(one)
	if first.Err != nil || first.State != retail.Completed || first.Gross != 1000 || first.Net != 1000 {
		t.Errorf("one of three: %+v", first)
	}
	s.wantLevel(0, 0, 8, 0)
	if again := s.refund(one); again.ID != first.ID || !again.Replayed {
		t.Errorf("again: %+v", again)
	}
	var bad *order.Invalid
	one.Key, one.Lines[0].Qty = order.Key{}, 3
	if got := s.refund(one); !errors.As(got.Err, &bad) || bad.Field != "qty" {
		t.Errorf("more than is left: %+v", got)
	}
	exact := order.Refund{Order: r.ID, Lines: []order.RefundLine{{No: 2, Exact: true, Gross: 100}}}
	if got := s.refund(exact); got.Err != nil || got.Net != 100 {
		t.Errorf("money only: %+v", got)
	}
	rest := s.refund(order.Refund{Order: r.ID})
	if rest.Err != nil || rest.State != retail.Refunded || first.Net+100+rest.Net != r.Net {
		t.Errorf("the rest: %+v of %+v", rest, r)
	}
	s.wantLevel(0, 0, 8, 0) // not restocked
	if got := s.refund(order.Refund{Order: r.ID}); got.Err == nil {
		t.Error("refunded twice")
	}
	noReceipt := s.refund(order.Refund{Store: s.stores[0], Restock: true, Lines: []order.RefundLine{
		{SKU: s.skus[1], Qty: 2, Gross: 2000, Discount: 500}}})
	if noReceipt.Err != nil || noReceipt.Net != 1500 || noReceipt.State != 0 {
		t.Errorf("without receipt: %+v", noReceipt)
	}
	s.wantLevel(0, 1, 11, 0)
	s.wantNoDrift()
	totals, err := s.db.Ledger().Totals(t.Context())
	if err != nil || len(totals) != 1 {
		t.Fatalf("totals %+v, %v", totals, err)
	}
	if got := totals[0]; got.Orders != 1 || got.Lines != 2 || got.Units != 4 || got.Net != r.Net ||
		got.Refunds != 4 || got.RefundNet != r.Net+1500 {
		t.Errorf("totals %+v", got)
	}
}

func TestRefundBeforeShippingFreesReservedGoods(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 10)
	sale := s.sale(0, 0, 4)
	sale.Fulfilment = retail.Express
	r := s.placed(sale)
	s.wantLevel(0, 0, 10, 4)
	part := s.refund(order.Refund{Order: r.ID, Lines: []order.RefundLine{{No: 1, Qty: 1}}})
	if part.Err != nil || part.State != retail.Paid {
		t.Errorf("part: %+v", part)
	}
	s.wantLevel(0, 0, 10, 3)
	if got := s.step(order.Ship, r.ID); got.Err != nil {
		t.Errorf("ship the rest: %+v", got)
	}
	s.wantLevel(0, 0, 7, 0)
	s.wantNoDrift()
}

func TestStockMoves(t *testing.T) {
	s := openShop(t, 1, 1)
	move := func(kind retail.StockMoveKind, qty int32, key string) stock.Result {
		t.Helper()
		m := stock.Move{StockKey: s.key(0, 0), Kind: kind, Qty: qty, Reason: "count"}
		if key != "" {
			m.Key = order.NewKey("clerk", key)
		}
		return s.Move(t.Context(), []stock.Move{m})[0]
	}
	first := move(retail.Receive, 10, "delivery")
	again := move(retail.Receive, 10, "delivery")
	if first.Err != nil || again.Err != nil || !again.Replayed || again.Level != first.Level {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if got := move(retail.Receive, 11, "delivery"); !errors.Is(got.Err, order.ErrKeyReused) {
		t.Errorf("another quantity under the key: %+v", got)
	}
	f := func(kind retail.StockMoveKind, qty int32, refused bool, onHand int32) {
		t.Helper()
		if got := move(kind, qty, ""); (got.Err != nil) != refused {
			t.Errorf("%d by %d: %+v", kind, qty, got)
		}
		s.wantLevel(0, 0, onHand, 0)
	}
	f(retail.Adjust, -3, false, 7)
	f(retail.StockLoss, -8, true, 7)
	f(retail.StockLoss, -7, false, 0)
	f(retail.Receive, -1, true, 0)
	f(retail.Sell, -1, true, 0)
	f(retail.Receive, order.MaxReceived, false, order.MaxReceived)
	s.wantNoDrift()
}
