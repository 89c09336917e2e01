package recall_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/keyed"
	"github.com/tillstream/tillstream/stream/keyed/keyedtest"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/schema"
	"github.com/tillstream/tillstream/warehouse/sink"
)

func TestMain(m *testing.M) { chtest.Main(m) }

func open(t *testing.T) *clickhouse.DB {
	t.Helper()
	db, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: chtest.Start(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Migrate(t.Context(), schema.Files()); err != nil {
		t.Fatal(err)
	}
	return db
}

// rollups are the queries that tell what keyedtest calls by the same names, with where it counts.
var rollups = map[string]string{
	"rollup_visit_day": "SELECT [visits, visit_seconds, pages, actions, bounces, cart_visits, " +
		"order_visits], format('[{0} {1} {2}]', toString(toUInt16(day)), toString(store_id), " +
		"toString(channel)) FROM rollup_visit_day FINAL",
	"rollup_order_span_day": "SELECT [sum(orders), sum(seconds)], format('[{0} {1} {2} {3} {4}]', " +
		"toString(toUInt16(day)), toString(store_id), toString(span), toString(fulfilment), " +
		"toString(minutes)) AS place FROM rollup_order_span_day GROUP BY place",
	"rollup_stock_sku_day": "SELECT [out, out_at, listed, listed_at], format('[{0} {1} {2} {3}]', " +
		"toString(toUInt16(day)), toString(store_id), toString(sku_id), toString(category_id)) " +
		"FROM rollup_stock_sku_day FINAL",
	"fact_stock_shift": "SELECT [sum(gap), sum(gap * local_second)], format('[{0} {1} {2} {3}]', " +
		"toString(toUInt16(day)), toString(store_id), toString(sku_id), toString(category_id)) AS place " +
		"FROM fact_stock_shift GROUP BY place",
}

// names are what the columns of each query are called.
var names = map[string][]string{
	"rollup_visit_day": {"visits", "visit_seconds", "pages", "actions", "bounces", "cart_visits",
		"order_visits"},
	"rollup_order_span_day": {"orders", "seconds"},
	"rollup_stock_sku_day":  {"out", "out_at", "listed", "listed_at"},
	"fact_stock_shift":      {"gap", "gap_at"},
}

// sums reads what the warehouse says.
func sums(t *testing.T, db *clickhouse.DB) keyedtest.Sums {
	t.Helper()
	got := keyedtest.Sums{}
	for table, sql := range rollups {
		rows, err := db.Query(t.Context(), sql, nil)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var amounts []int64
			var place string
			if err := rows.Scan(&amounts, &place); err != nil {
				t.Fatal(err)
			}
			for i, amount := range amounts {
				if amount != 0 {
					got[names[table][i]+place] = amount
				}
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return got
}

// player takes a world through books and the sink.
type player struct {
	t     *testing.T
	world *keyedtest.World
	rand  *rand.Rand
	db    *clickhouse.DB
	sink  *sink.Sink
	quota *keyed.Quota
	books *keyed.Books
	// anew is the record from which on the log counts from 0 again, as after its topic was made anew.
	anew int
}

// batch is a part of the world at the offsets that the log has for it.
func (p *player) batch(from, to int) *fact.Batch {
	b := p.world.Batch(from, to)
	if from < p.anew {
		return b
	}
	for _, offsets := range [][]uint64{b.OrderLines.Offset, b.OrderSteps.Offset, b.StockMoves.Offset,
		b.Behaviours.Offset} {
		for i := range offsets {
			offsets[i] -= uint64(p.anew)
		}
	}
	return b
}

// crash forgets what is in memory.
func (p *player) crash() {
	p.t.Helper()
	if p.books != nil {
		p.books.Close()
	}
	memory, err := recall.New(p.db)
	if err != nil {
		p.t.Fatal(err)
	}
	p.books = keyed.NewBooks(memory, p.quota)
}

// write derives and writes a batch. Now and then it dies in between: before the write, in the middle
// of it, after it; then it begins again.
func (p *player) write(from, to int) {
	p.t.Helper()
	token := fmt.Sprint("test/3/", from, "-", to)
	for {
		b := p.batch(from, to)
		if err := p.books.Derive(p.t.Context(), b); err != nil {
			p.t.Fatal(err)
		}
		end := p.rand.IntN(6)
		if end == 1 {
			p.half(b)
		}
		if err := p.sink.Write(p.t.Context(), token, b); err != nil {
			p.t.Fatal(err)
		}
		if end > 2 {
			p.books.Settle()
			return
		}
		p.crash()
	}
}

// half writes some tables of the batch only, as an engine does that dies in between.
func (p *player) half(b *fact.Batch) {
	p.t.Helper()
	part := &fact.Batch{Range: b.Range, ID: b.ID, Visits: b.Visits, StockMoves: b.StockMoves}
	if p.rand.IntN(2) == 0 {
		part = &fact.Batch{Range: b.Range, ID: b.ID, Behaviours: b.Behaviours, OrderSteps: b.OrderSteps,
			StockShifts: b.StockShifts}
	}
	token := fmt.Sprint("test/3/", b.Range.From, "-", b.Range.To)
	if err := p.sink.Write(p.t.Context(), token, part); err != nil {
		p.t.Fatal(err)
	}
	p.crash()
	again := p.batch(int(b.Range.From), int(b.Range.To))
	if err := p.books.Derive(p.t.Context(), again); err != nil {
		p.t.Fatal(err)
	}
	if fmt.Sprint(again) != fmt.Sprint(b) {
		p.t.Errorf("batch %d to %d is derived differently once it is half written", b.Range.From, b.Range.To)
	}
}

func TestTheWarehouseHoldsWhatRecomputationSays(t *testing.T) {
	for seed, disorder := range []int{0, 60, 5_000, 60} {
		db := open(t)
		p := &player{t: t, world: keyedtest.New(uint64(seed), 30, disorder), db: db, sink: sink.New(db),
			rand: rand.New(rand.NewPCG(uint64(seed), 5)), quota: keyed.NewQuota(30)}
		p.crash()
		ends, from := p.world.Cut(p.rand, 150), 0
		if p.anew = len(p.world.Facts); seed == 3 {
			p.anew = ends[len(ends)/3]
		}
		for _, to := range ends {
			p.write(from, to)
			from = to
		}
		got, want := sums(t, db), p.world.Want()
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("seed %d: %s is %d, want %d", seed, name, got[name], want[name])
			}
		}
		if len(got) != len(want) {
			t.Errorf("seed %d: %d sums, want %d", seed, len(got), len(want))
		}
	}
}
