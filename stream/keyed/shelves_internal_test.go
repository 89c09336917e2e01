package keyed

import (
	"math/rand/v2"
	"testing"
)

// The table is held against a map of the same levels, over worlds in which keys collide, come and go.
func TestShelvesAreAMap(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var got shelves
		want := map[StockKey]Level{}
		stores, skus := 1+rng.IntN(40), int64(1+rng.IntN(200))
		for step := range 20_000 {
			k := StockKey{rng.Int32N(int32(stores)), rng.Int64N(skus) << (seed % 3 * 20)}
			switch rng.IntN(5) {
			case 0:
				got.remove(k)
				delete(want, k)
			case 1, 2:
				l := Level{Version: int64(step + 1), At: rng.Int64(), OnHand: rng.Int32(),
					Reserved: rng.Int32(), Category: rng.Int32()}
				got.put(k, l)
				want[k] = l
			default:
				l, ok := got.get(k)
				if w, is := want[k]; ok != is || l != w {
					t.Fatalf("seed %d, step %d: %v is %v %v, want %v %v", seed, step, k, l, ok, w, is)
				}
			}
			if got.len() != len(want) {
				t.Fatalf("seed %d, step %d: %d levels, want %d", seed, step, got.len(), len(want))
			}
		}
		for k, w := range want {
			if l, ok := got.get(k); !ok || l != w {
				t.Fatalf("seed %d: %v is %v %v, want %v", seed, k, l, ok, w)
			}
		}
		if got.empty(); got.len() != 0 {
			t.Fatalf("seed %d: %d levels after all were forgotten", seed, got.len())
		}
		if _, ok := got.get(StockKey{}); ok {
			t.Fatalf("seed %d: a level is there that was forgotten", seed)
		}
	}
}

// BenchmarkShelves keeps a million levels and says what one takes.
func BenchmarkShelves(b *testing.B) {
	var s shelves
	const stores, skus = 500, 2_000
	for i := range int64(stores * skus) {
		s.put(StockKey{int32(i % stores), i / stores}, Level{Version: 1})
	}
	rows := 0
	for i := range s.parts {
		rows += len(s.parts[i].rows)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		k := StockKey{rng.Int32N(stores), rng.Int64N(skus)}
		l, _ := s.get(k)
		l.Version++
		s.put(k, l)
	}
	b.ReportMetric(float64(rows)*40/stores/skus, "B/level")
}
