package rule

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// Baskets are what is mined: items are numbers from 0, baskets too.
type Baskets struct {
	// Len is how many baskets there are.
	Len int
	// Items is how many items there are: each number in a basket lies below it. Mining keeps a few words
	// for each.
	Items int
	// At returns the items of basket b, in any order; an item that stands there twice counts once. It must
	// return the same each time and bear being called by several workers at once.
	At func(b int32) []int32
}

// Of returns all baskets of a history.
func Of(h *history.History) Baskets {
	return Baskets{Len: h.Baskets(), Items: h.Items.Len(), At: h.Basket}
}

// Where returns the baskets that are wanted, for example those of one store. Cost: one number a basket.
func (b Baskets) Where(wanted func(b int32) bool) Baskets {
	var kept []int32
	for i := range int32(b.Len) {
		if wanted(i) {
			kept = append(kept, i)
		}
	}
	return b.only(kept)
}

func (b Baskets) only(kept []int32) Baskets {
	at := b.At
	return Baskets{Len: len(kept), Items: b.Items, At: func(i int32) []int32 { return at(kept[i]) }}
}

// ErrBasket means that a basket holds a number that is no item.
var ErrBasket = errors.New("no such item")

// singles returns in how many baskets each item stands.
func (b Baskets) singles() ([]int32, error) {
	count := make([]int32, b.Items)
	last := make([]int32, b.Items) // the basket that counted the item last, plus 1
	for i := range int32(b.Len) {
		for _, item := range b.At(i) {
			if item < 0 || int(item) >= b.Items {
				return nil, fmt.Errorf("cannot read basket %d: item %d of %d: %w", i, item, b.Items,
					ErrBasket)
			}
			if last[item] != i+1 {
				last[item] = i + 1
				count[item]++
			}
		}
	}
	return count, nil
}

// coded are the baskets with their frequent items only, as ranks: 0 is the rarest. In flat, the ranks of
// a basket ascend and end with -1; baskets that hold fewer than two are left out, since nothing
// follows from them. at lists, rank by rank, the places in flat where the rank stands.
type coded struct {
	flat  []int32
	at    []int32
	start []int32 // rank r owns at[start[r]:start[r+1]]
	items []int32 // by rank
	count []int32 // by rank
}

// encode ranks the items that stand in at least least baskets. Items of one count rank by number, so that
// the ranks do not depend on the order of the baskets.
func (b Baskets) encode(count []int32, least int32) *coded {
	c := &coded{}
	for item, n := range count {
		if n >= least {
			c.items = append(c.items, int32(item))
		}
	}
	slices.SortFunc(c.items, func(x, y int32) int {
		if count[x] != count[y] {
			return int(count[x]) - int(count[y])
		}
		return int(x - y)
	})
	rank := make([]int32, b.Items)
	for i := range rank {
		rank[i] = -1
	}
	total := 0
	for r, item := range c.items {
		rank[item] = int32(r)
		c.count = append(c.count, count[item])
		total += int(count[item])
	}
	c.flat = make([]int32, 0, total+min(b.Len, total))
	for i := range int32(b.Len) {
		c.flat = appendRanks(c.flat, b.At(i), rank)
	}
	c.list()
	return c
}

// appendRanks appends the ranks of a basket and -1, or nothing where they are fewer than two.
func appendRanks(flat, basket, rank []int32) []int32 {
	from := len(flat)
	for _, item := range basket {
		if r := rank[item]; r >= 0 {
			flat = append(flat, r)
		}
	}
	sortRanks(flat[from:])
	flat = flat[:from+len(slices.Compact(flat[from:]))]
	if len(flat) < from+2 {
		return flat[:from]
	}
	return append(flat, -1)
}

// sortRanks sorts by insertion, which is fastest for the dozen items of a usual basket.
func sortRanks(s []int32) {
	if len(s) > 48 {
		slices.Sort(s)
		return
	}
	for i := 1; i < len(s); i++ {
		v, j := s[i], i
		for ; j > 0 && s[j-1] > v; j-- {
			s[j] = s[j-1]
		}
		s[j] = v
	}
}

// list fills at and start.
func (c *coded) list() {
	c.start = make([]int32, len(c.items)+2)
	for _, r := range c.flat {
		if r >= 0 {
			c.start[r+2]++
		}
	}
	for r := 2; r < len(c.start); r++ {
		c.start[r] += c.start[r-1]
	}
	c.at = make([]int32, c.start[len(c.start)-1])
	for place, r := range c.flat {
		if r >= 0 {
			c.at[c.start[r+1]] = int32(place)
			c.start[r+1]++
		}
	}
	c.start = c.start[:len(c.items)+1]
}
