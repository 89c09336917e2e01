package live_test

import (
	"testing"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// BenchmarkTrails writes and reads the trails of 100,000 visitors from all processors.
func BenchmarkTrails(b *testing.B) {
	trails := live.NewTrails(live.TrailsConfig{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		var held []live.Step
		for k := uint64(0); pb.Next(); k++ {
			v := live.SessionVisitor(k * 7919 % 100_000)
			trails.Add(v, retail.SKUID(k%20_000+1), recommend.Clicked, 100)
			held, _ = trails.Read(held[:0], v, 100)
		}
	})
}

// BenchmarkUse fills the shelves of 500 stores for 20,000 items.
func BenchmarkUse(b *testing.B) {
	size := simulated.Chain()
	size.Members, size.Neighbours, size.Popular = 1, 1, 1
	s := simulated.World(1, size)
	levels := live.NewLevels(0)
	for store := range retail.StoreID(size.Stores) {
		for sku := range retail.SKUID(size.Items) {
			if sku%5 > 0 {
				levels.Apply(level(store+1, sku+1, 5, 1))
			}
		}
	}
	offers := live.NewOffers(levels, nil)
	for b.Loop() {
		if err := offers.Use(s); err != nil {
			b.Fatal(err)
		}
	}
}
