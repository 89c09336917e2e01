package sink

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/clickhouse/chtest"
	"github.com/tillstream/tillstream/warehouse/schema"
)

// BenchmarkWrite writes batches of order lines and their steps, rollups included.
func BenchmarkWrite(b *testing.B) {
	db, err := clickhouse.Open(b.Context(), clickhouse.Config{URL: chtest.Start(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Migrate(b.Context(), schema.Files()); err != nil {
		b.Fatal(err)
	}
	s := New(db)
	for _, rows := range []int{1, 1_000, 100_000} {
		all := batch(9, rows)
		all.StockMoves, all.Behaviours = batch(9, 0).StockMoves, batch(9, 0).Behaviours
		all.Stores, all.SKUs = batch(9, 0).Stores, batch(9, 0).SKUs
		for i := range rows {
			all.OrderLines.Day[i], all.OrderSteps.Day[i] = 20_400, 20_400
			all.OrderLines.Store[i], all.OrderLines.Channel[i] = int32(i%30+1), uint8(i%3+1)
			all.OrderLines.LocalHour[i], all.OrderLines.Category[i] = 12, int32(i%20)
			all.OrderLines.At[i] = 1_762_560_000_000_000 + int64(i)*1_000
		}
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n++
				if err := s.Write(b.Context(), fmt.Sprint(rows, " ", b.N, " ", n), all); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
