package outfit

import (
	"fmt"
	"math"
	"slices"
)

// counts are how many baskets hold a name, and how many hold two. Row a owns the entries start[a] …
// start[a+1]-1, ascending by the other.
type counts struct {
	names   []string
	baskets int32
	single  []int32
	start   []int32
	other   []int32
	both    []int32
}

// tally counts.
type tally struct {
	baskets int32
	single  map[int32]int32
	pairs   map[[2]int32]int32
}

func newTally() *tally { return &tally{single: map[int32]int32{}, pairs: map[[2]int32]int32{}} }

func (t *tally) basket(ids []int32) {
	t.baskets++
	for i, a := range ids {
		t.single[a]++
		for _, b := range ids[i+1:] {
			t.pairs[[2]int32{a, b}]++
			t.pairs[[2]int32{b, a}]++
		}
	}
}

// counts packs a tally.
func (t *tally) counts(names []string) (*counts, error) {
	if len(t.pairs) > math.MaxInt32 {
		return nil, fmt.Errorf("cannot hold %d pairs, at most %d", len(t.pairs), math.MaxInt32)
	}
	c := &counts{names: names, baskets: t.baskets, single: make([]int32, len(names)),
		start: make([]int32, len(names)+1)}
	for a, n := range t.single {
		c.single[a] = n
	}
	keys := make([][2]int32, 0, len(t.pairs))
	for k := range t.pairs {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b [2]int32) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		c.start[k[0]+1]++
		c.other, c.both = append(c.other, k[1]), append(c.both, t.pairs[k])
	}
	for a := range names {
		c.start[a+1] += c.start[a]
	}
	return c, nil
}

// together is in how many baskets two stand, by their numbers here, -1 for what is not known.
func (c *counts) together(a, b int32) int32 {
	if a < 0 || b < 0 {
		return 0
	}
	row := c.other[c.start[a]:c.start[a+1]]
	if k, ok := slices.BinarySearch(row, b); ok {
		return c.both[c.start[a]+int32(k)]
	}
	return 0
}

// lift is ln((n_ab + κ)/(n_a n_b/N + κ)): 0 for what is not known, and near it for what is seldom seen.
// κ is in baskets.
func (c *counts) lift(a, b int32, kappa float64) float64 {
	if a < 0 || b < 0 || c.baskets == 0 {
		return 0
	}
	expected := float64(c.single[a]) * float64(c.single[b]) / float64(c.baskets)
	return math.Log((float64(c.together(a, b)) + kappa) / (expected + kappa))
}

// sold is in how many baskets it stands.
func (c *counts) sold(a int32) int32 {
	if a < 0 {
		return 0
	}
	return c.single[a]
}
