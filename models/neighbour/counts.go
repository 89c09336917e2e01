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

// Counts says in how many baskets (or sessions) each item and each pair of items was. It has one
// writer; reading needs the writer to rest. Rows by item, not one table of pairs: the partners of an
// item lie side by side for whoever scores them, and a new pair costs one search and one shift.
type Counts struct {
	limits Limits
	rows   []row
	held   []uint32 // baskets that hold the item
	total  uint32
	// Refused is how many baskets were too long or held an item that is not known.
	Refused uint32
	scratch []int32
}

// NewCounts counts for the items 0 … items-1.
func NewCounts(items int, limits Limits) *Counts {
	return &Counts{limits: limits.orDefault(), rows: make([]row, items), held: make([]uint32, items)}
}

// Items is how many items there are.
func (c *Counts) Items() int { return len(c.rows) }

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

// Add counts a basket of items in any order; an item that stands in it twice counts once. It returns
// the distinct items, valid until the next call, or nothing if the basket was refused.
func (c *Counts) Add(items []int32) []int32 {
	items = c.distinct(items)
	for i, a := range items {
		c.held[a]++
		for j, b := range items {
			if i != j {
				c.rows[a].add(b)
			}
		}
		if len(c.rows[a].partner) > 2*c.limits.Partners {
			c.rows[a].keep(c.limits.Partners)
		}
	}
	if len(items) > 0 {
		c.total++
	}
	return items
}

// Remove takes a basket out that was added before: a return, an erased member.
func (c *Counts) Remove(items []int32) []int32 {
	items = c.distinct(items)
	for i, a := range items {
		c.held[a] -= min(c.held[a], 1)
		for j, b := range items {
			if i != j {
				c.rows[a].remove(b)
			}
		}
	}
	if len(items) > 0 {
		c.total -= min(c.total, 1)
	}
	return items
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

func (r *row) add(b int32) {
	at, ok := slices.BinarySearch(r.partner, b)
	if !ok {
		r.partner, r.n = slices.Insert(r.partner, at, b), slices.Insert(r.n, at, 0)
	}
	r.n[at]++
}

func (r *row) remove(b int32) {
	at, ok := slices.BinarySearch(r.partner, b)
	if !ok {
		return
	}
	if r.n[at]--; r.n[at] == 0 {
		r.partner, r.n = slices.Delete(r.partner, at, at+1), slices.Delete(r.n, at, at+1)
	}
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
