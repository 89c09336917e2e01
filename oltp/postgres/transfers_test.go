package postgres_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/retail"
)

func (s *shop) transfers() *transfer.Desk {
	return &transfer.Desk{Book: s.db.Transfers(), Intake: s.Writers, Catalogue: s.dir,
		Now: func() time.Time { return now }}
}

func (s *shop) stocktakes() *stocktake.Desk {
	return &stocktake.Desk{Book: s.db.Stocktakes(), Intake: s.Writers, Catalogue: s.dir,
		Now: func() time.Time { return now }}
}

func (s *shop) draft(qtys ...int32) *transfer.Transfer {
	s.t.Helper()
	r := transfer.Request{From: s.stores[0], To: s.stores[1], Freight: 1500, Who: "planner", Reason: "sale"}
	for i, qty := range qtys {
		r.Lines = append(r.Lines, transfer.RequestLine{SKU: s.skus[i], Qty: qty})
	}
	t, _, err := s.transfers().Draft(s.t.Context(), r)
	if err != nil {
		s.t.Fatal(err)
	}
	return t
}

// take takes a transfer one step further, which must succeed.
func (s *shop) take(o transfer.Order) *transfer.Transfer {
	s.t.Helper()
	o.Who = "somebody"
	t, replayed, err := s.transfers().Step(s.t.Context(), o)
	if err != nil || replayed {
		s.t.Fatalf("cannot take transfer %d to %s: replayed %v, %v", o.ID, o.To, replayed, err)
	}
	return t
}

// TestTransferFromDraftToShortReceipt follows goods from one store to another, where some are missing.
func TestTransferFromDraftToShortReceipt(t *testing.T) {
	s := openShop(t, 2, 2)
	s.receive(0, 0, 10)
	s.receive(0, 1, 10)
	d := s.draft(6, 4)
	if d.State != transfer.Draft || len(d.Lines) != 2 || len(d.Steps) != 1 || d.Steps[0].Who != "planner" {
		t.Fatalf("the draft is %+v", d)
	}
	s.take(transfer.Order{ID: d.ID, To: transfer.Approved})
	shipped := s.take(transfer.Order{ID: d.ID, To: transfer.Shipped})
	s.wantLevel(0, 0, 4, 0)
	s.wantLevel(1, 0, 0, 0)
	if shipped.Lines[0].Shipped != 6 || shipped.Lines[0].Cost != 3600 || shipped.ShippedAt.IsZero() {
		t.Errorf("shipped %+v", shipped.Lines[0])
	}
	road, err := s.db.Transfers().InTransit(t.Context(), retail.StoreScope(s.stores[1]),
		retail.StockKey{}, 10)
	if err != nil || len(road) != 2 || road[0].Qty != 6 || road[0].StockKey != s.key(1, 0) {
		t.Errorf("on the road is %+v, %v", road, err)
	}
	short := transfer.Order{ID: d.ID, To: transfer.Received, Arrived: []transfer.Arrival{
		{Line: 1, Received: 3, Claimed: 2, Reason: "a box is wet"}}}
	got := s.take(short)
	if l := got.Lines[0]; l.Received != 3 || l.Claimed != 2 || l.Lost != 1 || got.Lines[1].Received != 4 {
		t.Errorf("received %+v", got.Lines)
	}
	s.wantLevel(1, 0, 3, 0)
	s.wantLevel(1, 1, 4, 0)
	if _, replayed, err := s.transfers().Step(t.Context(), short); err != nil || !replayed {
		t.Errorf("receiving again: replayed %v, %v", replayed, err)
	}
	s.wantLevel(1, 0, 3, 0)
	s.wantNoDrift()
	for account, want := range map[string]int{"in_transit": 0, "lost": 1, "claimed": 2, "supplier": -20} {
		if n := ask[int](t, s.dsn, `SELECT coalesce(sum(qty), 0) FROM stock_entry WHERE account = $1`,
			account); n != want {
			t.Errorf("%s holds %d, want %d", account, n, want)
		}
	}
}

func TestTransferStepsThatAreRefused(t *testing.T) {
	s := openShop(t, 2, 1)
	s.receive(0, 0, 5)
	reserved := s.sale(0, 0, 3)
	reserved.Paid = false
	s.placed(reserved)
	d := s.draft(4)
	refuse := func(o transfer.Order, want any) {
		t.Helper()
		o.ID = d.ID
		if _, _, err := s.transfers().Step(t.Context(), o); !errors.As(err, want) {
			t.Errorf("to %s: got %v, want a %T", o.To, err, want)
		}
	}
	refuse(transfer.Order{To: transfer.Shipped}, new(*transfer.WrongState))
	refuse(transfer.Order{To: transfer.Rejected}, new(*order.Invalid))
	s.take(transfer.Order{ID: d.ID, To: transfer.Approved})
	refuse(transfer.Order{To: transfer.Shipped}, new(*order.Short))
	s.wantLevel(0, 0, 5, 3)
	s.take(transfer.Order{ID: d.ID, To: transfer.Shipped, Sent: []transfer.Sending{{Line: 1, Qty: 2}}})
	refuse(transfer.Order{To: transfer.Cancelled}, new(*transfer.WrongState))
	refuse(transfer.Order{To: transfer.Received, Arrived: []transfer.Arrival{{Line: 1, Received: 3}}},
		new(*order.Invalid))
	refuse(transfer.Order{To: transfer.Received, Arrived: []transfer.Arrival{{Line: 1, Received: 1}}},
		new(*order.Invalid))
	if _, _, err := s.transfers().Step(t.Context(), transfer.Order{ID: 99, To: transfer.Approved}); err !=
		transfer.ErrNoSuchTransfer {
		t.Errorf("an unknown transfer: %v", err)
	}
	s.wantNoDrift()
}

// TestTransferShipsOnce lets many callers ship and cancel one transfer at the same time.
func TestTransferShipsOnce(t *testing.T) {
	s := openShop(t, 2, 1)
	s.receive(0, 0, 100)
	for range 5 {
		d := s.draft(7)
		s.take(transfer.Order{ID: d.ID, To: transfer.Approved})
		before, err := s.db.Stock().Level(t.Context(), retail.HQScope(), s.key(0, 0))
		if err != nil {
			t.Fatal(err)
		}
		var shipped, cancelled atomic.Int64
		var group sync.WaitGroup
		for i := range 16 {
			group.Go(func() {
				o, count := transfer.Order{ID: d.ID, To: transfer.Shipped, Who: "x"}, &shipped
				if i%4 == 3 {
					o.To, count = transfer.Cancelled, &cancelled
				}
				_, replayed, err := s.transfers().Step(t.Context(), o)
				if err != nil && !errors.As(err, new(*transfer.WrongState)) {
					t.Error(err)
				}
				if err == nil && !replayed {
					count.Add(1)
				}
			})
		}
		group.Wait()
		if shipped.Load()+cancelled.Load() != 1 {
			t.Errorf("shipped %d times, cancelled %d times", shipped.Load(), cancelled.Load())
		}
		s.wantLevel(0, 0, before.OnHand-int32(7*shipped.Load()), 0)
	}
	s.wantNoDrift()
}

func TestDraftIsRepeatedUnderItsKey(t *testing.T) {
	s := openShop(t, 2, 1)
	r := transfer.Request{Key: order.NewKey("a", "b"), From: s.stores[0], To: s.stores[1], Who: "x",
		Lines: []transfer.RequestLine{{SKU: s.skus[0], Qty: 1}}}
	first, _, err := s.transfers().Draft(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	again, replayed, err := s.transfers().Draft(t.Context(), r)
	if err != nil || !replayed || again.ID != first.ID {
		t.Errorf("drafting again: %+v, %v, %v", again, replayed, err)
	}
	r.Lines[0].Qty = 2
	if _, _, err := s.transfers().Draft(t.Context(), r); !errors.Is(err, order.ErrKeyReused) {
		t.Errorf("another draft under the key: %v", err)
	}
}

// TestStocktake counts while the store trades: the difference is that of the moment of closing.
func TestStocktake(t *testing.T) {
	s := openShop(t, 1, 3)
	for sku := range 3 {
		s.receive(0, sku, 10)
	}
	ctx, desk := t.Context(), s.stocktakes()
	open, _, err := desk.Open(ctx, stocktake.Request{Store: s.stores[0], Who: "anna"})
	if err != nil || open.State != stocktake.Open {
		t.Fatalf("opened %+v, %v", open, err)
	}
	if _, _, err := desk.Close(ctx, open.ID, "anna", ""); !errors.As(err, new(*order.Invalid)) {
		t.Errorf("closing without a count: %v", err)
	}
	s.placed(s.sale(0, 0, 1))
	counting, err := desk.Count(ctx, open.ID, "ben", []stocktake.Count{{SKU: s.skus[0], Counted: 9},
		{SKU: s.skus[1], Counted: 12}, {SKU: s.skus[2], Counted: 1}})
	if err != nil || counting.State != stocktake.Counting || len(counting.Lines) != 3 {
		t.Fatalf("counted %+v, %v", counting, err)
	}
	online := s.sale(0, 2, 8)
	online.Paid = false
	held := s.placed(online)
	if _, _, err := desk.Close(ctx, open.ID, "anna", "count"); !errors.As(err, new(*order.Short)) {
		t.Errorf("a count below what is promised: %v", err)
	}
	s.wantLevel(0, 1, 10, 0)
	if r := s.Advance(ctx, []order.Step{{Kind: order.Cancel, Order: held.ID}}); r[0].Err != nil {
		t.Fatal(r[0].Err)
	}
	closed, replayed, err := desk.Close(ctx, open.ID, "anna", "count")
	if err != nil || replayed || closed.State != stocktake.Closed || closed.Value != (2-9)*600 ||
		closed.ClosedBy != "anna" || closed.Lines[2].Expected != 10 || closed.Lines[2].Value != -5400 {
		t.Fatalf("closed %+v, %v", closed, err)
	}
	for sku, want := range []int32{9, 12, 1} {
		s.wantLevel(0, sku, want, 0)
	}
	if _, replayed, err := desk.Close(ctx, open.ID, "anna", "count"); err != nil || !replayed {
		t.Errorf("closing again: %v, %v", replayed, err)
	}
	if _, err := desk.Count(ctx, open.ID, "ben", nil); !errors.As(err, new(*stocktake.WrongState)) {
		t.Errorf("counting after the close: %v", err)
	}
	s.wantNoDrift()
	entries, next, err := s.db.Stock().Moves(ctx, stock.MoveFilter{Scope: retail.HQScope(), Limit: 2})
	if err != nil || len(entries) != 2 || next == "" || entries[0].Kind != retail.CountLoss ||
		entries[0].Reason != "count" || entries[1].Kind != retail.CountGain {
		t.Errorf("the ledger ends with %+v, %q, %v", entries, next, err)
	}
}
