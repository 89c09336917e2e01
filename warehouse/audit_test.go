package warehouse_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/ledger"
	"github.com/tillstream/tillstream/retail"
)

func TestTheAuditFindsARollupThatIsOffByOneFen(t *testing.T) {
	tr := newTrade(t, 21)
	tr.fill(500, 500, noon.AddDate(0, 0, -50), 50*24*time.Hour)
	w, db := chain(t, tr)
	if found, err := w.Audit(t.Context(), retail.HQScope()); err != nil || len(found) > 0 {
		t.Fatalf("%v, %v", found, err)
	}
	f := func(rollup, key, column, measure string) {
		t.Helper()
		err := db.Exec(t.Context(), "INSERT INTO "+rollup+" (day, store_id, "+key+", "+column+
			") SELECT '2026-11-10', 2, 1, 1", nil)
		if err != nil {
			t.Fatal(err)
		}
		found, err := w.Audit(t.Context(), retail.StoreScope(2))
		if err != nil {
			t.Fatal(err)
		}
		last := found[len(found)-1]
		for _, d := range found {
			if d.Rollup == rollup && d.Measure == measure {
				last = d
			}
		}
		if last.Rollup != rollup || last.Measure != measure || last.Day.String() != "2026-11-10" ||
			last.InRollup != last.Facts+1 || !strings.Contains(last.String(), rollup) {
			t.Fatalf("found %v", found)
		}
		if found, err = w.Audit(t.Context(), retail.StoreScope(1, 3)); err != nil || len(found) > 0 {
			t.Fatalf("other stores: %v, %v", found, err)
		}
	}
	f("rollup_store_minute", "minute", "net_of_orders_fen", "net_of_orders_fen")
	f("rollup_store_hour", "hour", "orders", "orders")
	f("rollup_store_day", "channel", "views", "views")
	f("rollup_store_category_day", "category_id", "units", "units")
	f("rollup_store_sku_day", "sku_id", "units", "units")
	f("rollup_store_campaign_day", "campaign_id", "orders", "orders")
	f("rollup_placed_day", "channel", "placed_fen", "placed_fen")
	f("rollup_placed_hour", "hour", "cancelled_orders", "cancelled_orders")
	f("member_order_day", "campaign_id", "member_id", "channels")
}

func TestFactTotalsAreTheLedger(t *testing.T) {
	tr := newTrade(t, 22)
	tr.fill(500, 0, noon.AddDate(0, 0, -9), 9*24*time.Hour)
	w, _ := chain(t, tr)
	for _, scope := range []retail.Scope{retail.HQScope(), retail.StoreScope(1, 5), {}} {
		want := map[string]ledger.Total{}
		lines := &tr.batch.OrderLines
		for i := range lines.Len() {
			store, day := retail.StoreID(lines.Store[i]), retail.Day(lines.Day[i])
			if !scope.Sees(store) {
				continue
			}
			key := shops[store-1].code + day.String()
			total := want[key]
			total.Store, total.Day = store, day
			first, qty := int64(lines.First[i]), int64(0)
			if lines.Kind[i] == uint8(retail.Sale) {
				qty = int64(lines.Qty[i])
			}
			gross, discount := retail.Money(lines.Gross[i]), retail.Money(lines.Discount[i])
			if lines.Doc[i] == 1 {
				total.Orders, total.Lines, total.Units = total.Orders+first, total.Lines+1, total.Units+qty
				total.Gross, total.Discount = total.Gross+gross, total.Discount+discount
				total.Net = total.Gross - total.Discount
			} else {
				total.Refunds, total.RefundLines = total.Refunds+first, total.RefundLines+1
				total.RefundUnits += qty
				total.RefundGross += gross
				total.RefundDiscount += discount
				total.RefundNet = total.RefundGross - total.RefundDiscount
			}
			want[key] = total
		}
		got, err := w.FactTotals(t.Context(), scope)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%d totals, want %d: %v", len(got), len(want), err)
		}
		for _, total := range got {
			if key := shops[total.Store-1].code + total.Day.String(); total != want[key] {
				t.Errorf("%+v, want %+v", total, want[key])
			}
		}
	}
}
