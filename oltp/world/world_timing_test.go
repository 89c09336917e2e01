package world_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/world"
)

// BenchmarkDay simulates days of one store after the other on one core.
func BenchmarkDay(b *testing.B) {
	b.ReportAllocs()
	w := newWorld(b, world.Config{Seed: 1})
	runs := make([]*world.Run, len(w.Stores))
	for i := range runs {
		runs[i] = w.Run(i)
	}
	orders, n := 0, 0
	for b.Loop() {
		orders += len(runs[n%len(runs)].Next().Orders)
		n++
	}
	b.ReportMetric(float64(orders)/b.Elapsed().Seconds(), "orders/s")
}
