package rule

import (
	"math"
	"math/rand/v2"
	"slices"
)

// World describes simulated baskets in the shape of a real retailer's, for benchmarks and tests.
type World struct {
	Baskets, Items int
	// MeanLength is how many items a basket holds on average; lengths spread like a geometric distribution
	// with an upper end of 8 times the mean, as receipts do.
	MeanLength float64
	// Zipf is the exponent of the items' popularity: the item of rank k is drawn with a weight of
	// (k+Shift)^-Zipf. Shift levels the head.
	Zipf, Shift float64
	// Staples are the chances of the first items to lie in a basket, whatever else does: bread and milk.
	Staples []float64
	// Habits are small groups of items that are bought together, up to 6 items each, again of unequal
	// popularity. HabitShare of all items in baskets come from habits, each item of a habit with a chance
	// of its own.
	Habits     int
	HabitShare float64
	Seed       uint64
}

// Retail is the shape of the retail data of the FIMI repository (Brijs et al., "Using association rules for
// product assortment decisions", 1999): 88,162 baskets of 16,470 items, 10.3 a basket, the first items in
// most of them.
func Retail(seed uint64) World {
	return World{Baskets: 88_162, Items: 16_470, MeanLength: 10.3, Zipf: 0.85, Shift: 10, Habits: 3000,
		Staples: []float64{0.57, 0.48, 0.17, 0.17, 0.16}, HabitShare: 0.25, Seed: seed}
}

// Grocer is the shape of a shop with fewer and more popular items: 33,841 baskets of 1,587.
func Grocer(seed uint64) World {
	return World{Baskets: 33_841, Items: 1_587, MeanLength: 14, Zipf: 0.8, Shift: 8, Habits: 600,
		HabitShare: 0.4, Seed: seed}
}

// habit is a group of items and the chance of each to come along.
type habit struct {
	items  []int32
	chance float64
}

// Draw makes the baskets. The same world gives the same baskets on every machine.
func (w World) Draw() Baskets {
	rng := rand.New(rand.NewPCG(w.Seed, 0x72756c65))
	popular := ladder(w.Items, w.Zipf, w.Shift)
	habits := make([]habit, w.Habits)
	for i := range habits {
		habits[i].chance = 0.3 + 0.6*rng.Float64()
		for range 2 + rng.IntN(5) {
			habits[i].items = append(habits[i].items, pick(popular, rng))
		}
	}
	common := ladder(w.Habits, 1, 5)
	var flat []int32
	start := make([]int, 1, w.Baskets+1)
	for range w.Baskets {
		from := len(flat)
		flat = w.basket(flat, rng, popular, common, habits)
		slices.Sort(flat[from:])
		flat = flat[:from+len(slices.Compact(flat[from:]))]
		start = append(start, len(flat))
	}
	return Baskets{Len: w.Baskets, Items: w.Items,
		At: func(b int32) []int32 { return flat[start[b]:start[b+1]:start[b+1]] }}
}

// basket appends the items of one basket, perhaps some twice.
func (w World) basket(flat []int32, rng *rand.Rand, popular, common []float64, habits []habit) []int32 {
	wanted := 1 + int(rng.ExpFloat64()*(w.MeanLength-0.5))
	to := len(flat) + min(wanted, int(8*w.MeanLength))
	for item, chance := range w.Staples {
		if rng.Float64() < chance {
			flat = append(flat, int32(item))
		}
	}
	for len(flat) < to {
		if w.Habits == 0 || rng.Float64() > w.HabitShare {
			flat = append(flat, pick(popular, rng))
			continue
		}
		h := &habits[pick(common, rng)]
		for _, item := range h.items {
			if rng.Float64() < h.chance {
				flat = append(flat, item)
			}
		}
	}
	return flat
}

// ladder holds the cumulative weights (k+shift)^-exponent for k = 1 … n.
func ladder(n int, exponent, shift float64) []float64 {
	sums, sum := make([]float64, n), 0.0
	for k := range sums {
		sum += math.Pow(float64(k+1)+shift, -exponent)
		sums[k] = sum
	}
	return sums
}

func pick(ladder []float64, rng *rand.Rand) int32 {
	i, _ := slices.BinarySearch(ladder, rng.Float64()*ladder[len(ladder)-1])
	return int32(min(i, len(ladder)-1))
}
