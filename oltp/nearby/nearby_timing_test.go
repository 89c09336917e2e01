package nearby_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/nearby"
	"github.com/tillstream/tillstream/retail"
)

// BenchmarkFind looks for the stores around a point among 5,000.
func BenchmarkFind(b *testing.B) {
	stores := city(1, 5_000)
	q := nearby.Query{Point: square, Service: retail.Pickup, RadiusMetres: 3_000}
	b.ReportAllocs()
	for b.Loop() {
		nearby.Find(stores, q)
	}
}
