package warehouse_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/stream/keyed/keyedtest"
	"github.com/tillstream/tillstream/warehouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// derive appends to a first batch what follows from it, as the stream does.
func derive(t testing.TB, db *clickhouse.DB, b *fact.Batch) {
	t.Helper()
	memory, err := recall.New(db)
	if err != nil {
		t.Fatal(err)
	}
	if err := keyed.NewBooks(memory, keyed.NewQuota(1_000)).Derive(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

// life is a warehouse that holds the visits, orders and stock of a seeded world, written in batches as
// the stream does, with many facts far from their place.
func life(t *testing.T, seed uint64, size int) (*warehouse.Warehouse, *clickhouse.DB, *fact.Batch) {
	t.Helper()
	db, world := open(t), keyedtest.New(seed, size, 400)
	memory, err := recall.New(db)
	if err != nil {
		t.Fatal(err)
	}
	books, from := keyed.NewBooks(memory, keyed.NewQuota(50)), 0
	for _, to := range world.Cut(rand.New(rand.NewPCG(seed, 8)), 800) {
		b := world.Batch(from, to)
		if err := books.Derive(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if err := sink.New(db).Write(t.Context(), fmt.Sprint("life ", from), b); err != nil {
			t.Fatal(err)
		}
		books.Settle()
		from = to
	}
	return over(t, db), db, world.Batch(0, from)
}

func TestTheAuditGoesBackToEventsStepsAndMoves(t *testing.T) {
	w, db, _ := life(t, 1, 40)
	if found, err := w.Audit(t.Context(), retail.HQScope()); err != nil || len(found) > 0 {
		t.Fatalf("%v, %v", found, err)
	}
	f := func(rollup, columns, values, measure string) {
		t.Helper()
		err := db.Exec(t.Context(), "INSERT INTO "+rollup+" (day, store_id, "+columns+
			") SELECT '2026-11-12', 2, "+values, nil)
		if err != nil {
			t.Fatal(err)
		}
		found, err := w.Audit(t.Context(), retail.StoreScope(2))
		if err != nil {
			t.Fatal(err)
		}
		hit := false
		for _, d := range found {
			hit = hit || d.Rollup == rollup && d.Measure == measure && d.InRollup == d.Facts+1 &&
				d.Day.String() == "2026-11-12" && strings.Contains(d.String(), measure)
		}
		if !hit {
			t.Errorf("%s.%s: found %v", rollup, measure, found)
		}
		if found, err = w.Audit(t.Context(), retail.StoreScope(1, 3)); err != nil || len(found) > 0 {
			t.Errorf("other stores: %v, %v", found, err)
		}
	}
	f("rollup_visit_day", "channel, bounces", "2, 1", "bounces")
	f("rollup_order_span_day", "span, on_time", "3, 1", "on_time of span 3")
	f("rollup_stock_day", "category_id, out_at", "1, 1", "out_at")
	f("rollup_stock_sku_day", "sku_id, received", "1, 1", "received")
}

func TestTheViewsSayWhatTheSumsSay(t *testing.T) {
	_, db, _ := life(t, 3, 60)
	f := func(view, sums string) {
		t.Helper()
		var got, want []int64
		for sql, to := range map[string]*[]int64{view: &got, sums: &want} {
			if ok, err := db.Row(t.Context(), sql, nil, to); err != nil || !ok {
				t.Fatalf("%s: %v", sql, err)
			}
		}
		if !slices.Equal(got, want) || got[0] == 0 {
			t.Errorf("%s: %v, want %v", view, got, want)
		}
	}
	f("SELECT [toInt64(countIf(ended_at IS NULL)), toInt64(countIf(seconds < 0))] FROM stock_out",
		"SELECT [sum(out), 0] FROM rollup_stock_day")
	f("SELECT [toInt64(count()), toInt64(sum(pages_seen)), toInt64(countIf(led_to_order))] FROM visit",
		"SELECT [sum(visits), sum(pages), sum(order_visits)] FROM rollup_visit_day")
	f("SELECT [toInt64(countIf(year(paid_at) > 1970 AND year(completed_at) > 1970))] FROM order_life",
		"SELECT [sum(orders)] FROM rollup_order_span_day WHERE span = 6")
}
