package bench

import (
	"context"
	"encoding/binary"
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/rule"
)

// levelwise is a plain Apriori (Agrawal and Srikant, "Fast algorithms for mining association rules", 1994) in
// the manner of the Python libraries that are used most: level by level, candidates are joined from the
// itemsets of the level before, those with an infrequent part are dropped, and the rest is counted by
// intersecting the sets of baskets of their items. It is the baseline, and the check that nothing is missed.
type levelwise struct {
	least int32
	// baskets are, by item, those that hold it.
	baskets []map[int32]struct{}
	counts  map[string]int32
}

// apriori finds all itemsets of the support.
func apriori(ctx context.Context, b rule.Baskets, support float64) (*levelwise, error) {
	l := &levelwise{least: int32(math.Ceil(support * float64(b.Len))), counts: map[string]int32{},
		baskets: make([]map[int32]struct{}, b.Items)}
	for i := range l.baskets {
		l.baskets[i] = map[int32]struct{}{}
	}
	for i := range int32(b.Len) {
		for _, item := range b.At(i) {
			l.baskets[item][i] = struct{}{}
		}
	}
	var level [][]int32
	for item, holding := range l.baskets {
		if n := int32(len(holding)); n >= l.least {
			level = append(level, []int32{int32(item)})
			l.counts[key([]int32{int32(item)})] = n
		}
	}
	for len(level) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		level = l.next(level)
	}
	return l, nil
}

// next returns the frequent itemsets that are one item longer than those of the level, which ascend.
func (l *levelwise) next(level [][]int32) (longer [][]int32) {
	for i, a := range level {
		last := len(a) - 1
		for _, b := range level[i+1:] {
			if !slices.Equal(a[:last], b[:last]) {
				break
			}
			candidate := append(slices.Clone(a), b[last])
			if !l.closed(candidate) {
				continue
			}
			if n := l.intersect(candidate); n >= l.least {
				longer = append(longer, candidate)
				l.counts[key(candidate)] = n
			}
		}
	}
	return longer
}

// closed tells whether all parts with one item less are frequent.
func (l *levelwise) closed(candidate []int32) bool {
	for i := range candidate {
		if _, ok := l.counts[key(slices.Delete(slices.Clone(candidate), i, i+1))]; !ok {
			return false
		}
	}
	return true
}

// intersect counts the baskets that hold all items, from the rarest item's.
func (l *levelwise) intersect(items []int32) (n int32) {
	order := slices.Clone(items)
	slices.SortFunc(order, func(a, b int32) int { return len(l.baskets[a]) - len(l.baskets[b]) })
next:
	for basket := range l.baskets[order[0]] {
		for _, item := range order[1:] {
			if _, ok := l.baskets[item][basket]; !ok {
				continue next
			}
		}
		n++
	}
	return n
}

func (l *levelwise) len() int { return len(l.counts) }

func (l *levelwise) count(items []int32) int32 { return l.counts[key(items)] }

func key(items []int32) string {
	b := make([]byte, 0, 4*len(items))
	for _, item := range items {
		b = binary.BigEndian.AppendUint32(b, uint32(item))
	}
	return string(b)
}
