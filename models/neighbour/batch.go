package neighbour

import (
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// Groups are baskets or sessions side by side: group g holds the items Item[Start[g]] … in any order.
type Groups struct{ Start, Item []int32 }

// Baskets takes the baskets of a history, without copying.
func Baskets(h *history.History) Groups { return Groups{Start: h.Start, Item: h.Item} }

// Visits takes the sessions, without copying.
func Visits(s *history.Sessions) Groups { return Groups{Start: s.Start, Item: s.Item} }

// Len is how many groups there are.
func (g Groups) Len() int { return max(0, len(g.Start)-1) }

// Of returns the items of group n. The caller must not change them.
func (g Groups) Of(n int) []int32 { return g.Item[g.Start[n]:g.Start[n+1]:g.Start[n+1]] }

// Count counts the groups for the items 0 … items-1: an item that stands in a group twice counts once. It
// goes through the groups of one item at a time, so that sums stay in the cache. Cost: the sum of the squares
// of the lengths; 12 bytes an item beside the result.
func Count(items int, groups Groups, limits Limits) *Counts {
	c := &Counts{limits: limits.orDefault(), rows: make([]row, items), held: make([]uint32, items)}
	clean := c.accept(groups)
	at, holder := transpose(items, clean)
	sum, partners := make([]uint32, items), make([]int32, 0, items)
	for a := range items {
		partners = partners[:0]
		for _, g := range holder[at[a]:at[a+1]] {
			for _, b := range clean.Of(int(g)) {
				if sum[b] == 0 {
					partners = append(partners, b)
				}
				sum[b]++
			}
		}
		c.held[a] = sum[a]
		c.rows[a] = newRow(partners, sum, int32(a))
		if len(c.rows[a].partner) > 2*c.limits.Partners {
			c.rows[a].keep(c.limits.Partners)
		}
	}
	return c
}

// accept counts the groups and returns those that can be counted, each item once.
func (c *Counts) accept(groups Groups) Groups {
	clean := Groups{Start: make([]int32, 1, groups.Len()+1), Item: make([]int32, 0, len(groups.Item))}
	for g := range groups.Len() {
		if s := c.distinct(groups.Of(g)); len(s) > 0 {
			c.total++
			clean.Item = append(clean.Item, s...)
			clean.Start = append(clean.Start, int32(len(clean.Item)))
		}
	}
	return clean
}

// transpose lists the groups that hold each item.
func transpose(items int, groups Groups) (at, holder []int32) {
	at = make([]int32, items+1)
	for _, i := range groups.Item {
		at[i+1]++
	}
	for i := range items {
		at[i+1] += at[i]
	}
	next := slices.Clone(at)
	holder = make([]int32, len(groups.Item))
	for g := range groups.Len() {
		for _, i := range groups.Of(g) {
			holder[next[i]] = int32(g)
			next[i]++
		}
	}
	return at, holder
}

// newRow takes the sums of the partners and leaves zeros.
func newRow(partners []int32, sum []uint32, self int32) row {
	sum[self] = 0
	partners = slices.DeleteFunc(partners, func(p int32) bool { return p == self })
	slices.Sort(partners)
	r := row{partner: slices.Clone(partners), n: make([]uint32, len(partners))}
	for i, p := range partners {
		r.n[i], sum[p] = sum[p], 0
	}
	return r
}
