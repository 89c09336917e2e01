package routing

import (
	"slices"

	"github.com/tillstream/tillstream/retail"
)

// search looks for the smallest set of stores that have everything together, and of those of one size
// for the cheapest: depth-first over the stores in order of cost, one size after the other. A branch ends
// when even the best of the stores that are left could not fill what is missing. The problem is set cover,
// so no way of searching is fast for every input; the number of steps is bounded instead.
type search struct {
	wants []want
	parts []*state // by cost
	steps int
	// best[i][k] is the most that any of parts[i:] has of want k.
	best [][]int64
	// found is the cheapest set of the size that is looked for, cost what it costs.
	found, picked []*state
	cost          int64
}

// smallest returns the stores of the split, and whether the search came to its end. Where it did not,
// the split is the best that was found, or that taking the store which fills most gives.
func (s *search) smallest(limit int) ([]*state, bool) {
	s.best = make([][]int64, len(s.parts)+1)
	s.best[len(s.parts)] = make([]int64, len(s.wants))
	for i := len(s.parts) - 1; i >= 0; i-- {
		s.best[i] = make([]int64, len(s.wants))
		for k, has := range s.parts[i].has {
			s.best[i][k] = max(has, s.best[i+1][k])
		}
	}
	missing := make([]int64, len(s.wants))
	sum := make([]int64, len(s.wants))
	for k, w := range s.wants {
		missing[k] = w.qty
		for _, p := range s.parts {
			sum[k] += p.has[k]
		}
		if sum[k] < w.qty {
			return nil, true
		}
	}
	for size := 2; size <= min(limit, len(s.parts)); size++ {
		s.descend(0, size, 0, missing)
		if s.steps <= 0 {
			break
		}
		if s.found != nil {
			return s.found, true
		}
	}
	if s.steps > 0 {
		return nil, true
	}
	if s.found != nil {
		return s.found, false
	}
	return s.greedy(limit, missing), false
}

// descend tries the stores from index from on, with left of them still to pick.
func (s *search) descend(from, left int, cost int64, missing []int64) {
	for i := from; i <= len(s.parts)-left; i++ {
		if s.steps--; s.steps <= 0 || !s.possible(i, left, missing) {
			return
		}
		p := s.parts[i]
		sum := cost + p.verdict.Cost
		if s.found != nil && sum >= s.cost {
			return // the stores that follow cost no less
		}
		rest, full := fill(missing, p.has)
		if rest == nil {
			continue // the store adds nothing: a smaller set would do
		}
		s.picked = append(s.picked, p)
		switch {
		case full:
			s.found, s.cost = slices.Clone(s.picked), sum
		case left > 1:
			s.descend(i+1, left-1, sum, rest)
		}
		s.picked = s.picked[:len(s.picked)-1]
	}
}

// possible reports whether left of the stores from i on might fill what is missing.
func (s *search) possible(i, left int, missing []int64) bool {
	for k, m := range missing {
		if m > int64(left)*s.best[i][k] {
			return false
		}
	}
	return true
}

// fill takes what a store has from what is missing; nil says that it has nothing of it.
func fill(missing, has []int64) (rest []int64, full bool) {
	full, some := true, false
	rest = make([]int64, len(missing))
	for k, m := range missing {
		took := min(m, has[k])
		rest[k] = m - took
		some = some || took > 0
		full = full && rest[k] == 0
	}
	if !some {
		return nil, false
	}
	return rest, full
}

// greedy takes the store that fills most of what is missing, until nothing is.
func (s *search) greedy(limit int, missing []int64) []*state {
	var chosen []*state
	for len(chosen) < limit {
		var best *state
		most := int64(0)
		for _, p := range s.parts {
			fills := int64(0)
			for k, m := range missing {
				fills += min(m, p.has[k])
			}
			if fills > most && !slices.Contains(chosen, p) {
				best, most = p, fills
			}
		}
		if best == nil {
			return nil
		}
		chosen = append(chosen, best)
		rest, full := fill(missing, best.has)
		if full {
			return chosen
		}
		missing = rest
	}
	return nil
}

// assign shares the lines out: a SKU comes from one store where one has enough, the cheapest, else from
// the ones that have most.
func assign(lines []Line, wants []want, chosen []*state) []Assignment {
	out := make([]Assignment, len(chosen))
	for i, s := range chosen {
		out[i].Store = s.Store
	}
	for k, w := range wants {
		left := shares(k, w.qty, chosen)
		for n, l := range lines {
			open := int64(l.Qty)
			for i := 0; i < len(out) && open > 0 && l.SKU == w.sku; i++ {
				took := min(open, left[i])
				if took > 0 {
					out[i].Pieces = append(out[i].Pieces, Piece{Line: n, SKU: w.sku, Qty: int32(took)})
				}
				left[i] -= took
				open -= took
			}
		}
	}
	out = slices.DeleteFunc(out, func(a Assignment) bool { return len(a.Pieces) == 0 && len(wants) > 0 })
	for i := range out {
		slices.SortStableFunc(out[i].Pieces, func(a, b Piece) int { return a.Line - b.Line })
	}
	return out
}

// shares says how many pieces of want k each chosen store gives.
func shares(k int, qty int64, chosen []*state) []int64 {
	out := make([]int64, len(chosen))
	for i, s := range chosen {
		if s.has[k] == qty {
			out[i] = qty
			return out
		}
	}
	for qty > 0 {
		most := -1
		for i, s := range chosen {
			if out[i] == 0 && s.has[k] > 0 && (most < 0 || s.has[k] > chosen[most].has[k]) {
				most = i
			}
		}
		if most < 0 {
			return out
		}
		out[most] = min(qty, chosen[most].has[k])
		qty -= out[most]
	}
	return out
}

// Stores lists the stores of the assignments.
func (d *Decision) Stores() []retail.StoreID {
	var ids []retail.StoreID
	for i := range d.Assignments {
		ids = append(ids, d.Assignments[i].Store)
	}
	return ids
}
