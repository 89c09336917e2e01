package recommend_test

import (
	"math/rand/v2"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/tillstream/tillstream/serving/recommend"
	"github.com/tillstream/tillstream/serving/recommend/simulated"
)

// BenchmarkRank ranks for a chain of 20,000 items and 100,000 members, every filter on.
func BenchmarkRank(b *testing.B) {
	s := simulated.World(1, simulated.Chain())
	blend := recommend.DefaultBlend()
	shelf := simulated.Shelf(1, s.Items.Len(), 5)
	rng := rand.New(rand.NewPCG(1, 4))
	var r recommend.Ranker
	var slate recommend.Slate
	item := func() int32 { return rng.Int32N(int32(s.Items.Len())) }
	b.ReportAllocs()
	for b.Loop() {
		top := rng.Int32N(20) * 10
		q := recommend.Query{Scene: recommend.Scene(rng.IntN(5)), Store: rng.Int32N(500),
			Slot: rng.Int32N(24),
			Way:  2, Stock: shelf, Limit: 10, Blend: &blend, Personal: true, Member: rng.Int32N(100_000),
			Filter: recommend.Filter{From: top, To: s.Categories.End[top], Brand: -1, MinFen: 500,
				MaxFen: 50_000},
			Anchors: []int32{item(), item()}, Exclude: []int32{item(), item(), item(), item()},
			Recent: []recommend.Touch{{Item: item(), Act: 2}, {Item: item(), Act: 3}, {Item: item(), Act: 1}}}
		r.Rank(s, &q, &slate)
	}
}

// BenchmarkShelf compares what a store's stock may be kept in: 20,000 items, four in five in stock.
func BenchmarkShelf(b *testing.B) {
	const items = 20_000
	bits, set := simulated.Shelf(1, items, 5), roaring.New()
	for item := range int32(items) {
		if bits.Has(item) {
			set.Add(uint32(item))
		}
	}
	rng := rand.New(rand.NewPCG(1, 4))
	asked := make([]int32, 4096)
	for i := range asked {
		asked[i] = rng.Int32N(items)
	}
	found := 0
	b.Run("bits", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			if bits.Has(asked[n&4095]) {
				found++
			}
		}
		b.ReportMetric(float64(len(bits)*8), "B/store")
	})
	b.Run("roaring", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			if set.Contains(uint32(asked[n&4095])) {
				found++
			}
		}
		b.ReportMetric(float64(set.GetSizeInBytes()), "B/store")
	})
	b.Run("bits-change", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			bits.Set(asked[n&4095], n&4096 == 0)
		}
	})
	b.Run("roaring-change-by-copy", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			next := set.Clone()
			next.CheckedAdd(uint32(asked[n&4095]))
			set = next
		}
	})
}

// BenchmarkAlike finds the alike goods of a catalogue of 20,000, as each change of it does.
func BenchmarkAlike(b *testing.B) {
	s := recommend.FromCatalogue(1, wardrobe(1, 20_000))
	b.ReportAllocs()
	for b.Loop() {
		s.AddAlike()
	}
}
