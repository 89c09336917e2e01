package postgres_test

import (
	"errors"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
)

// TestARememberedLevelNeverOversells lets another service sell what this one remembers to have.
func TestARememberedLevelNeverOversells(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	a.receive(0, 0, 10)
	a.placed(a.sale(0, 0, 1)) // a remembers 9
	b.placed(b.sale(0, 0, 9))
	var short *order.Short
	if got := a.place(a.sale(0, 0, 1)); !errors.As(got.Err, &short) || short.Available != 0 {
		t.Errorf("%v, want short of stock with 0 available", got.Err)
	}
	a.wantLevel(0, 0, 0, 0)
	a.wantNoDrift()
}

// TestARememberedLevelNeverRefuses lets another service receive what this one remembers not to have.
func TestARememberedLevelNeverRefuses(t *testing.T) {
	a := openShop(t, 1, 1)
	b := openShopAt(t, a.dsn, 1, 1, order.Config{})
	a.receive(0, 0, 1)
	a.placed(a.sale(0, 0, 1)) // a remembers 0
	b.receive(0, 0, 5)
	a.placed(a.sale(0, 0, 5))
	a.wantLevel(0, 0, 0, 0)
	a.wantNoDrift()
}

// TestAMovedRowIsFound rewrites the table, so that no row lies where it was remembered.
func TestAMovedRowIsFound(t *testing.T) {
	s := openShop(t, 1, 3)
	for sku := range 3 {
		s.receive(0, sku, 10)
		s.placed(s.sale(0, sku, 1))
	}
	execute(t, s.dsn, "UPDATE stock SET on_hand = on_hand") // every row moves, its version stays
	execute(t, s.dsn, "VACUUM FULL stock")
	for sku := range 3 {
		s.placed(s.sale(0, sku, 2))
		s.wantLevel(0, sku, 7, 0)
	}
	s.wantNoDrift()
}

// TestAServiceLearnsAllLevelsAtItsStart starts a second service on a stocked chain.
func TestAServiceLearnsAllLevelsAtItsStart(t *testing.T) {
	a := openShop(t, 2, 3)
	for i := range 6 {
		a.receive(i/3, i%3, 10)
	}
	b := openShopAt(t, a.dsn, 2, 3, order.Config{})
	if n, err := b.book.Learn(t.Context()); n != 6 || err != nil {
		t.Fatalf("%d levels learnt, %v; want 6", n, err)
	}
	before := b.book.Stats().Looks
	b.placed(b.sale(0, 0, 3))
	b.placed(b.sale(1, 2, 4))
	if looks := b.book.Stats().Looks - before; looks != 0 {
		t.Errorf("%d levels were read although all were known", looks)
	}
	b.wantLevel(0, 0, 7, 0)
	b.wantLevel(1, 2, 6, 0)
	b.wantNoDrift()
}
