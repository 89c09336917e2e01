package postgres_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/local"
	"github.com/tillstream/tillstream/oltp/postgres/rowwise"
)

// BenchmarkPlace places paid till orders of 2.5 lines on average, spread over 500 stores and 2,000 SKUs,
// with fsync on. Each of 64 callers sends bulks of 64 orders.
func BenchmarkPlace(b *testing.B) {
	s := openBenchShop(b, 500, 2000)
	const callers, bulk = 64, 64
	var made atomic.Int64
	b.ReportAllocs()
	before := s.Stats()
	b.ResetTimer()
	var group sync.WaitGroup
	for c := range callers {
		rng := rand.New(rand.NewPCG(7, uint64(c)))
		group.Go(func() {
			for made.Add(bulk) <= int64(b.N)+bulk {
				requests := make([]order.Request, bulk)
				for i := range requests {
					requests[i] = s.randomSale(rng)
				}
				for _, r := range s.Place(context.Background(), requests) {
					if r.Err != nil {
						b.Error(r.Err)
						return
					}
				}
			}
		})
	}
	group.Wait()
	b.StopTimer()
	stats := s.Stats()
	accepted := float64(stats.Accepted - before.Accepted)
	b.ReportMetric(accepted/b.Elapsed().Seconds(), "orders/s")
	b.ReportMetric(accepted/float64(stats.Batches-before.Batches), "orders/batch")
}

func (s *shop) randomSale(rng *rand.Rand) order.Request {
	r := order.Request{Store: s.stores[rng.IntN(len(s.stores))], Paid: true, PaymentMethod: "cash",
		Key: order.Key{}, Lines: make([]order.Line, 1+rng.IntN(4))}
	for i := range r.Lines {
		r.Lines[i] = s.line(rng.IntN(len(s.skus)), 1)
	}
	return r
}

// openBenchShop fills every shelf before the clock runs.
func openBenchShop(b *testing.B, stores, skus int) *shop {
	b.Helper()
	server, err := local.Start(b.Context(), local.Config{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = server.Stop(context.Background()) })
	if err := postgres.Migrate(b.Context(), server.DSN()); err != nil {
		b.Fatal(err)
	}
	s := openShopAt(b, server.DSN(), stores, skus, order.Config{})
	ask[int](b, server.DSN(), `WITH level AS (
		INSERT INTO stock (store_id, sku_id, on_hand, reserved, version)
		SELECT store.id, product.id, 1000000, 0, 1 FROM store, product RETURNING store_id, sku_id
	), move AS (
		INSERT INTO stock_move (sku_id, version, ref_id, moved_at, store_id, on_hand_delta,
			reserved_delta, on_hand, reserved, kind, simulated)
		SELECT sku_id, 1, 0, now(), store_id, 1000000, 0, 1000000, 0, 1, true FROM level RETURNING 1
	) SELECT count(*) FROM move`)
	execute(b, server.DSN(), "VACUUM ANALYZE") // else autovacuum runs along with the clock
	return s
}

// BenchmarkPlaceRowwise is BenchmarkPlace by the method of most shop systems, with 32 sessions.
func BenchmarkPlaceRowwise(b *testing.B) {
	s := openBenchShop(b, 500, 2000)
	const sessions = 32
	rival, err := rowwise.Open(b.Context(), s.dsn, sessions)
	if err != nil {
		b.Fatal(err)
	}
	defer rival.Close()
	var made atomic.Int64
	b.ReportAllocs()
	b.ResetTimer()
	var group sync.WaitGroup
	for c := range sessions {
		rng := rand.New(rand.NewPCG(7, uint64(c)))
		group.Go(func() {
			for made.Add(1) <= int64(b.N) {
				if err := rival.Place(context.Background(), s.randomSale(rng)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "orders/s")
}
