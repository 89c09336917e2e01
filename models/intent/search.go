package intent

import "math"

// search finds the best set, one candidate of a place at most, within budget, style, brand and
// count. It is a depth-first branch and bound; the bound is that of the same problem without
// styles, brands and count, with costs rounded down to 1/256 of the budget, solved for all
// remainders at once by dynamic programming. What it cuts off can therefore hold nothing better.
// (Kellerer, Pferschy and Pisinger: Knapsack Problems, 2004, ch. 11.)
type search struct {
	places [][]candidate
	goods  []good
	ask    *Ask
	wish   *Wish

	// limitFen is the budget, widthFen that of a bucket; bound[k][b] is the most that places k …
	// are worth with b buckets left.
	limitFen, widthFen int64
	bound              [][]float64
	// most is the most that places k … can cost.
	most  []int64
	steps int

	chosen, best []int // -1 for an empty place
	bestValue    float64
	exact        bool
}

const buckets = 256

// enough is what reaching the least budget is worth: more than any slot that a plan brings, less than one
// that was asked for.
const enough = 2

func (x *search) run() {
	x.limitFen = x.wish.MaxFen
	if x.limitFen == 0 {
		x.limitFen = math.MaxInt64
	}
	x.widthFen = x.limitFen/buckets + 1
	x.bounds()
	x.chosen = make([]int, len(x.places))
	x.bestValue, x.exact = -1, true
	x.visit(0, 0, 0, 0)
}

func (x *search) bounds() {
	x.bound = make([][]float64, len(x.places)+1)
	x.bound[len(x.places)] = make([]float64, buckets+1)
	x.most = make([]int64, len(x.places)+1)
	for k := len(x.places) - 1; k >= 0; k-- {
		row, after := make([]float64, buckets+1), x.bound[k+1]
		copy(row, after)
		dearest := int64(0)
		for _, c := range x.places[k] {
			dearest = max(dearest, c.fen)
			cost := int(c.fen / x.widthFen)
			for b := cost; b <= buckets; b++ {
				row[b] = max(row[b], c.value+after[b-cost])
			}
		}
		x.bound[k], x.most[k] = row, x.most[k+1]+dearest
	}
}

// visit fills place k and those after it.
func (x *search) visit(k, count int, value float64, spent int64) {
	if x.steps++; x.steps > x.ask.Steps {
		x.exact = false
		return
	}
	bonus := 0.
	if x.wish.MinFen > 0 && spent+x.most[k] >= x.wish.MinFen {
		bonus = enough
	}
	if k == len(x.places) {
		if value+bonus > x.bestValue {
			x.bestValue, x.best = value+bonus, append(x.best[:0], x.chosen...)
		}
		return
	}
	left := x.limitFen - spent
	if value+bonus+x.bound[k][left/x.widthFen] <= x.bestValue+1e-12 {
		return
	}
	if count < x.ask.MaxItems {
		for n := range x.places[k] {
			if c := &x.places[k][n]; c.fen <= left && x.allowed(k, c) {
				x.chosen[k] = n
				x.visit(k+1, count+1, value+c.value, spent+c.fen)
			}
		}
	}
	x.chosen[k] = -1
	x.visit(k+1, count, value, spent)
}

// allowed reports whether a candidate goes with those of the places before.
func (x *search) allowed(k int, c *candidate) bool {
	g, brand := &x.goods[c.item], 0
	for before, n := range x.chosen[:k] {
		if n < 0 {
			continue
		}
		item := x.places[before][n].item
		other := &x.goods[item]
		if item == c.item || g.style != 0 && g.style == other.style {
			return false
		}
		if g.brand != "" && g.brand == other.brand {
			brand++
		}
	}
	if brand < x.ask.PerBrand {
		return true
	}
	for _, wanted := range x.wish.Brands {
		if wanted == g.brand {
			return true
		}
	}
	return false
}
