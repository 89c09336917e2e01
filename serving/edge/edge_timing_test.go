package edge_test

import (
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
)

// BenchmarkLookup answers one level with the token checked, without the network.
func BenchmarkLookup(b *testing.B) {
	e := newEdge(b, nil)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		ctx := request(e, "/v1/stock/101/A1")
		for pb.Next() {
			ctx.Response.Reset()
			e.Handle(ctx)
		}
	})
}

// BenchmarkLookupWhileWriting does the same while the feed writes as fast as it can.
func BenchmarkLookupWhileWriting(b *testing.B) {
	e := newEdge(b, nil)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for v := int64(100); ; v++ {
			select {
			case <-stop:
				return
			default:
				e.levels.Apply(&live.Level{StockLevel: retail.StockLevel{
					StockKey: retail.StockKey{Store: 1, SKU: 1}, OnHand: int32(v), Version: v}})
			}
		}
	}()
	ctx := request(e, "/v1/stock/101/A1")
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		ctx.Response.Reset()
		e.Handle(ctx)
	}
}
