package intent_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/models/intent"
)

// brute tries every set.
func brute(places [][]intent.Choice, w intent.Wish, maxItems, perBrand int) float64 {
	best := -1.
	chosen := make([]*intent.Choice, 0, len(places))
	var visit func(k int)
	visit = func(k int) {
		if k < len(places) {
			visit(k + 1)
			for n := range places[k] {
				chosen = append(chosen, &places[k][n])
				visit(k + 1)
				chosen = chosen[:len(chosen)-1]
			}
			return
		}
		value, fen, styles, brands := 0., int64(0), map[int64]bool{}, map[string]int{}
		for _, c := range chosen {
			if c.Style != 0 && styles[c.Style] {
				return
			}
			styles[c.Style] = true
			brands[c.Brand]++
			if c.Brand != "" && brands[c.Brand] > perBrand {
				return
			}
			value, fen = value+c.Value, fen+c.Fen
		}
		if len(chosen) > maxItems || w.MaxFen > 0 && fen > w.MaxFen {
			return
		}
		if w.MinFen > 0 && fen >= w.MinFen {
			value += intent.Reach
		}
		best = max(best, value)
	}
	visit(0)
	return best
}

// TestSearchIsExact: oracle is every set of some hundred small worlds.
func TestSearchIsExact(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		var places [][]intent.Choice
		for range 1 + r.IntN(5) {
			var list []intent.Choice
			for range r.IntN(6) {
				list = append(list, intent.Choice{Style: int64(r.IntN(6)), Fen: 1 + int64(r.IntN(900)),
					Brand: []string{"", "a", "b"}[r.IntN(3)], Value: float64(r.IntN(40)) / 8})
			}
			places = append(places, list)
		}
		w := intent.Wish{MaxFen: int64(r.IntN(3)) * int64(200+r.IntN(1500))}
		if r.IntN(2) == 0 && w.MaxFen > 0 {
			w.MinFen = w.MaxFen / 2
		}
		ask := intent.Ask{MaxItems: 1 + r.IntN(5), PerBrand: 1 + r.IntN(2), Steps: math.MaxInt}
		chosen, got, exact := intent.Solve(places, w, ask)
		if want := brute(places, w, ask.MaxItems, ask.PerBrand); math.Abs(got-want) > 1e-9 || !exact {
			t.Fatalf("seed %d: found %v worth %v, exact %v; the best is %v", seed, chosen, got, exact, want)
		}
	}
}

// TestSearchStops: with few steps it says that it is not exact, and still keeps to the budget.
func TestSearchStops(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	places := make([][]intent.Choice, 10)
	for k := range places {
		for range 100 {
			fen := 1 + int64(r.IntN(1000))
			places[k] = append(places[k],
				intent.Choice{Fen: fen, Value: float64(fen) + r.Float64(), Brand: "a"})
		}
	}
	w := intent.Wish{MaxFen: 2345}
	chosen, _, exact := intent.Solve(places, w, intent.Ask{MaxItems: 10, PerBrand: 5, Steps: 1000})
	spent := int64(0)
	for k, n := range chosen {
		if n >= 0 {
			spent += places[k][n].Fen
		}
	}
	if exact || spent == 0 || spent > w.MaxFen {
		t.Errorf("exact %v, spent %d of %d", exact, spent, w.MaxFen)
	}
}
