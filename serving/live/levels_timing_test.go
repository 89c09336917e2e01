package live_test

import (
	"runtime"
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
)

const manyStores, manySKUs = 500, 2_000

func fill() *live.Levels {
	levels := live.NewLevels(0)
	for store := range retail.StoreID(manyStores) {
		for sku := range retail.SKUID(manySKUs) {
			levels.Apply(level(store+1, sku+1, 5, 1))
		}
	}
	return levels
}

// BenchmarkRead reads one of a million levels from all processors.
func BenchmarkRead(b *testing.B) {
	levels := fill()
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var held live.Level
		for i := 0; pb.Next(); i++ {
			levels.Read(retail.StockKey{Store: retail.StoreID(i%manyStores + 1),
				SKU: retail.SKUID(i*7919%manySKUs + 1)}, &held)
		}
	})
}

// BenchmarkApply updates one of a million levels.
func BenchmarkApply(b *testing.B) {
	levels := fill()
	b.ReportAllocs()
	b.ResetTimer()
	l := level(1, 1, 5, 1)
	for i := range b.N {
		l.Store, l.SKU = retail.StoreID(i%manyStores+1), retail.SKUID(i*7919%manySKUs+1)
		l.Version++
		levels.Apply(l)
	}
}

// BenchmarkMillion reports the memory of a million levels.
func BenchmarkMillion(b *testing.B) {
	for range b.N {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		levels := fill()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/(1<<20), "MB")
		runtime.KeepAlive(levels)
	}
}
