package neighbour

import (
	"slices"

	"github.com/tillstream/tillstream/models/list"
)

// Limits bound what is counted.
type Limits struct {
	// Lines is how many different items a basket or session may hold to be counted; a longer one is a
	// wholesale order or a robot, says little about what goes together, and costs the square of its
	// length. Default 100.
	Lines int
	// Partners is how many partners of one item are kept; when twice as many are there, the rarest half
	// goes. Default 4,096. Cost: 16 bytes for each.
	Partners int
}

func (l Limits) orDefault() Limits {
	if l.Lines <= 0 {
		l.Lines = 100
	}
	if l.Partners <= 0 {
		l.Partners = 4096
	}
	return l
}

// row counts the baskets that one item shares with its partners, which stand in ascending order.
type row struct {
	partner []int32
	n       []uint32
}

// Counts says in how many baskets (or sessions) each item and each pair of items was. Rows by item, not one
// table of pairs: the partners of an item lie side by side for whoever scores them.
type Counts struct {
	limits Limits
	rows   []row
	held   []uint32 // baskets that hold the item
	total  uint32
	// Refused is how many baskets were too long or held an item that is not known.
	Refused uint32
	scratch []int32
}

// size is 0 for counts that are absent.
func (c *Counts) size() int {
	if c == nil {
		return 0
	}
	return len(c.rows)
}

// Total is how many baskets were counted.
func (c *Counts) Total() uint32 { return c.total }

// Held is how many baskets hold the item.
func (c *Counts) Held(item int32) uint32 { return c.held[item] }

// Together is how many baskets hold both.
func (c *Counts) Together(a, b int32) uint32 {
	if at, ok := slices.BinarySearch(c.rows[a].partner, b); ok {
		return c.rows[a].n[at]
	}
	return 0
}

// distinct returns the items in ascending order, each once; nothing if the basket cannot be counted.
func (c *Counts) distinct(items []int32) []int32 {
	s := append(c.scratch[:0], items...)
	if !slices.IsSorted(s) {
		slices.Sort(s)
	}
	s = slices.Compact(s)
	c.scratch = s[:0]
	if len(s) > c.limits.Lines || len(s) > 0 && (s[0] < 0 || int(s[len(s)-1]) >= len(c.rows)) {
		c.Refused++
		return nil
	}
	return s
}

// keep drops all but the partners met most often; of equal ones the lower stay.
func (r *row) keep(limit int) {
	best := list.NewBest(make([]list.Scored, 0, limit), limit)
	for i, n := range r.n {
		best.Offer(r.partner[i], float32(n))
	}
	kept := best.Sorted()
	slices.SortFunc(kept, func(a, b list.Scored) int { return int(a.Item) - int(b.Item) })
	to := 0
	for i, p := range r.partner {
		if to < len(kept) && kept[to].Item == p {
			r.partner[to], r.n[to] = p, r.n[i]
			to++
		}
	}
	r.partner, r.n = slices.Clone(r.partner[:to]), slices.Clone(r.n[:to])
}
