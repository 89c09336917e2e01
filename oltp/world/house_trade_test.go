package world_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/api/apitest"
	"github.com/tillstream/tillstream/oltp/world"
	"github.com/tillstream/tillstream/retail"
)

// TestBackfillOnTheRealService sends history through the real API to a real PostgreSQL, and
// compares the books with the world, and the stock with its ledger.
func TestBackfillOnTheRealService(t *testing.T) {
	t.Parallel()
	shop, db := apitest.Start(t)
	w := newWorld(t, small())
	until := firstDay.Midnight().Add(72 * 3600e9)
	done, err := w.Backfill(t.Context(), world.Backfill{Shop: shop, Until: until,
		State: openState(t, "", small(), until)})
	if err != nil || done.Short != 0 || done.RefusedRows != 0 {
		t.Fatalf("filled %+v, %v", done, err)
	}
	var orders int64
	var net retail.Money
	for store := range w.Stores {
		for d := range w.Days(store) {
			for i := range d.Orders {
				if o := &d.Orders[i]; o.At().Before(until) && !o.Cancelled() {
					orders++
					for _, l := range o.Lines {
						net += l.UnitPrice*retail.Money(l.Qty) - l.Discount
					}
				}
			}
			if d.Date == world.DayAt(until) {
				break
			}
		}
	}
	totals, err := db.Ledger().Totals(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, sum := range totals {
		orders, net = orders-sum.Orders, net-sum.Net
	}
	if orders != 0 || net != 0 {
		t.Errorf("the books miss %d orders and %v", orders, net)
	}
	drift, err := db.Ledger().Drift(t.Context())
	if err != nil || len(drift) > 0 {
		t.Errorf("stock drifted from its ledger: %v %v", drift, err)
	}
}
