package rival_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/basket/rival"
	"github.com/tillstream/tillstream/models/history"
)

// build makes baskets of users 1, 2, … ; items are their own numbers when all of 0…items-1 are named.
func build(users [][][]int64, items int64) *history.History {
	var b history.Builder
	for u, baskets := range users {
		for t, basket := range baskets {
			for _, item := range basket {
				b.Add(history.Line{User: int64(u + 1), Time: int64(t + 1), Item: item, Qty: 1})
			}
		}
	}
	var all []int64
	for i := range items {
		all = append(all, i)
	}
	return b.Build(all)
}

func TestFrequencyByHand(t *testing.T) {
	f := rival.NewFrequency(build([][][]int64{{{0, 1}, {1}, {2}}, {{2, 3}}, {{3, 2}}}, 5))
	check := func(what string, got []int32, want ...int32) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	check("of all", f.Global(3), 2, 1, 3)
	check("own, ties by all", f.Personal(0, 5), 1, 2, 0)
	check("own, then of all", f.Both(0, 4), 1, 2, 0, 3)
	check("own, then of all", f.Both(1, 3), 2, 3, 1)
}

// slow is the definition of TIFU with dense vectors.
func slow(h *history.History, cfg rival.TIFUConfig, user, items int) []float64 {
	vectors := make([][]float64, h.Users.Len())
	for u := range vectors {
		vectors[u] = make([]float64, items)
		from, to := h.Of(int32(u))
		n := int(to - from)
		groups := min(cfg.Groups, n)
		var sizes []int
		for g := range groups {
			size := n / groups
			if groups-g <= n%groups {
				size++
			}
			sizes = append(sizes, size)
		}
		b := from
		for g, size := range sizes {
			for t := range size {
				for _, item := range h.Basket(b) {
					vectors[u][item] += math.Pow(cfg.WithinDecay, float64(size-1-t)) / float64(size) *
						math.Pow(cfg.GroupDecay, float64(groups-1-g)) / float64(groups)
				}
				b++
			}
		}
	}
	var others []int
	distance := func(v int) (d float64) {
		for i, x := range vectors[v] {
			d += (x - vectors[user][i]) * (x - vectors[user][i])
		}
		return d
	}
	for v := range vectors {
		if v != user {
			others = append(others, v)
		}
	}
	slices.SortStableFunc(others, func(a, b int) int {
		if d := distance(a) - distance(b); math.Abs(d) > 1e-12 {
			return int(math.Copysign(1, d))
		}
		return a - b
	})
	others = others[:min(len(others), cfg.Neighbours)]
	out := make([]float64, items)
	for i := range out {
		out[i] = cfg.Alpha * vectors[user][i]
		for _, v := range others {
			out[i] += (1 - cfg.Alpha) * vectors[v][i] / float64(len(others))
		}
	}
	return out
}

func TestTIFUAgreesWithItsDefinition(t *testing.T) {
	const items = 12
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		users := make([][][]int64, 9)
		for u := range users {
			for range 1 + rng.IntN(9) {
				var basket []int64
				for range 1 + rng.IntN(4) {
					basket = append(basket, rng.Int64N(items))
				}
				users[u] = append(users[u], basket)
			}
		}
		h := build(users, items)
		cfg := rival.TIFUConfig{Neighbours: 4, Groups: 3, WithinDecay: .9, GroupDecay: .7, Alpha: .6}
		f := rival.NewTIFU(h, cfg)
		for u := range users {
			want := slow(h, cfg, u, items)
			got := f.Rank(int32(u), items)
			for i := 1; i < len(got); i++ {
				if want[got[i]] > want[got[i-1]]+1e-12 || want[got[i]] == 0 {
					t.Fatalf("seed %d, user %d: %v is not in the order of %v", seed, u, got, want)
				}
			}
		}
	}
}
