package world_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

// TestStockIsConserved holds what the world says is true against its own orders and deliveries.
func TestStockIsConserved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, world.Config{Seed: 11, Stores: 5, SKUs: 500, Members: 5_000})
	for store := range w.Stores {
		run := w.Run(store)
		level := map[int]int32{}
		for _, d := range run.Opening() {
			level[d.Product] = d.Qty
		}
		for range 40 {
			checkDay(t, run.Next(), level)
		}
	}
}

func checkDay(t *testing.T, d *world.Day, level map[int]int32) {
	t.Helper()
	sold, received := map[int]int32{}, map[int]int32{}
	for i := range d.Orders {
		for _, l := range d.Orders[i].Lines {
			sold[int(l.Product)] += l.Qty
			if l.Qty <= 0 || l.UnitPrice <= 0 || l.Discount < 0 ||
				l.Discount >= l.UnitPrice*retail.Money(l.Qty) {
				t.Fatalf("line %+v is odd", l)
			}
		}
	}
	for _, v := range d.Deliveries {
		received[v.Product] += v.Qty
	}
	for _, tr := range d.Truth {
		p := tr.Product
		if tr.Demand != tr.Sold+tr.Substituted+tr.Lost {
			t.Fatalf("demand does not add up: %+v", tr)
		}
		if tr.Opening+tr.Received+tr.Returned-tr.Sold-tr.StoodIn != tr.Closing || tr.Closing < 0 {
			t.Fatalf("stock does not add up: %+v", tr)
		}
		if tr.Opening != level[p] || tr.Sold+tr.StoodIn != sold[p] || tr.Received != received[p] {
			t.Fatalf("truth %+v, but the shelf had %d, orders took %d, deliveries brought %d",
				tr, level[p], sold[p], received[p])
		}
		level[p] = tr.Closing
		delete(sold, p)
	}
	if len(sold) > 0 {
		t.Fatalf("sold without truth: %v", sold)
	}
}

func TestTruthIsQueryable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, small())
	rows, wanted := 0, 0
	for tr := range w.Truth(1, firstDay+3, firstDay+5) {
		if tr.Store != 1 || tr.Date < firstDay+3 || tr.Date >= firstDay+5 {
			t.Fatalf("row %+v was not asked for", tr)
		}
		rows++
	}
	run := w.Run(1)
	for range 5 {
		if d := run.Next(); d.Date >= firstDay+3 {
			wanted += len(d.Truth)
		}
	}
	if rows != wanted || rows == 0 {
		t.Errorf("%d rows of truth, want %d", rows, wanted)
	}
}
