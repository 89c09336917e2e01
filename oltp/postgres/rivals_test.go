package postgres_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// The bugs below were published by users of other shops. Each has a name here, so that it is not ours.

// refused wants a shortage that names the line and what was available.
func refused(t *testing.T, err error, line int, available int32) {
	t.Helper()
	var short *order.Short
	if !errors.As(err, &short) || short.Line != line || short.Available != available {
		t.Errorf("got %v, want line %d refused with %d available", err, line, available)
	}
}

// TestSameSKUTwiceInACart: the second line must see what the first took (Medusa 16502).
func TestSameSKUTwiceInACart(t *testing.T) {
	s := openShop(t, 1, 1)
	s.receive(0, 0, 5)
	for _, paid := range []bool{true, false} {
		cart := s.sale(0, 0, 3)
		cart.Paid = paid
		cart.Lines = append(cart.Lines, s.line(0, 3))
		refused(t, s.place(cart).Err, 1, 2)
	}
	s.wantLevel(0, 0, 5, 0)
	cart := s.unpaid(0, 0, 3)
	cart.Lines = append(cart.Lines, s.line(0, 2))
	s.placed(cart)
	s.wantLevel(0, 0, 5, 5)
	s.wantNoDrift()
}

// TestConcurrentReservationsDoNotOversubscribe: many reserve the last pieces at once, through two
// instances that each remember the level (Medusa 16569).
func TestConcurrentReservationsDoNotOversubscribe(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	a.receive(0, 0, 10)
	var won atomic.Int64
	var group sync.WaitGroup
	for c := range 200 {
		shop := []*shop{a, b}[c%2]
		group.Go(func() {
			switch r := shop.place(shop.unpaid(0, 0, 1)); {
			case r.Err == nil:
				won.Add(1)
			case !errors.As(r.Err, new(*order.Short)):
				t.Error(r.Err)
			}
		})
	}
	group.Wait()
	if won.Load() != 10 {
		t.Errorf("%d reservations of 10 pieces", won.Load())
	}
	a.wantLevel(0, 0, 10, 10)
	a.wantNoDrift()
}

// TestWhatWasCheckedIsWhatIsTaken: between the check and the taking another instance sells, receives or
// counts (Vendure allocated outside the transaction of the check).
func TestWhatWasCheckedIsWhatIsTaken(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	a.receive(0, 0, 10)
	a.placed(a.sale(0, 0, 1)) // a remembers 9
	b.placed(b.sale(0, 0, 9))
	refused(t, a.place(a.sale(0, 0, 1)).Err, 0, 0)
	b.receive(0, 0, 2) // a remembers 0
	a.placed(a.sale(0, 0, 2))
	refused(t, b.place(b.unpaid(0, 0, 1)).Err, 0, 0)
	a.wantLevel(0, 0, 0, 0)
	a.wantNoDrift()
}

// TestNoSecondRowWhileTheFirstIsLocked: receiving waits for a locked level instead of making another
// (Odoo 268942), and two instances that receive a new SKU at once make one.
func TestNoSecondRowWhileTheFirstIsLocked(t *testing.T) {
	a := openShop(t, 1, 2)
	b := openShopAt(t, a.dsn, 1, 2, order.Config{})
	a.receive(0, 0, 10)
	conn, err := pgx.Connect(t.Context(), a.dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "SELECT FROM stock FOR UPDATE"); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for c := range 20 {
		shop := []*shop{a, b}[c%2]
		group.Go(func() {
			for sku := range 2 {
				r := shop.Move(t.Context(), []stock.Move{{StockKey: shop.key(0, sku), Kind: retail.Receive,
					Qty: 1}})
				if r[0].Err != nil {
					t.Error(r[0].Err)
				}
			}
		})
	}
	await(t, func() int {
		return ask[int](t, a.dsn, `SELECT count(*) FROM pg_stat_activity
			WHERE wait_event_type = 'Lock' AND datname = current_database()`)
	}, 1)
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	a.wantLevel(0, 0, 30, 0)
	a.wantLevel(0, 1, 20, 0)
	if n := ask[int](t, a.dsn, "SELECT count(*) FROM stock"); n != 2 {
		t.Errorf("%d rows for two levels", n)
	}
	a.wantNoDrift()
}
