// Package list holds scored items: the best n of many, sums of scores item by item, and short lists for
// many items side by side. Everything that a request touches works in memory that the caller keeps.
package list

import "slices"

// Scored is an item with its score. Higher is better; of equal scores the lower item stands first, so
// that an answer does not depend on the order of the work.
type Scored struct {
	Item  int32
	Score float32
}

// Compare orders better before worse.
func Compare(a, b Scored) int {
	switch {
	case a.Score > b.Score || a.Score == b.Score && a.Item < b.Item:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// Best keeps the best items that it is offered: a heap whose root is the worst kept.
// Cost of an offer: one comparison for most, log n for one that is kept.
type Best struct {
	heap  []Scored
	limit int
}

// NewBest keeps up to n items in buf, which grows only if its capacity is below n.
func NewBest(buf []Scored, n int) Best { return Best{heap: buf[:0], limit: n} }

// Offer takes the item if it is among the best so far. A score that is NaN is never taken.
func (b *Best) Offer(item int32, score float32) {
	s := Scored{Item: item, Score: score}
	if len(b.heap) < b.limit {
		if score == score { // not NaN
			b.heap = append(b.heap, s)
			b.up(len(b.heap) - 1)
		}
		return
	}
	if b.limit > 0 && score >= b.heap[0].Score && Compare(s, b.heap[0]) < 0 {
		b.heap[0] = s
		b.down(0, len(b.heap))
	}
}

// Sorted ends the choice and returns the items, best first, in the buffer that was given.
func (b *Best) Sorted() []Scored {
	for end := len(b.heap) - 1; end > 0; end-- {
		b.heap[0], b.heap[end] = b.heap[end], b.heap[0]
		b.down(0, end)
	}
	return b.heap
}

func (b *Best) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if Compare(b.heap[parent], b.heap[i]) > 0 {
			return
		}
		b.heap[parent], b.heap[i] = b.heap[i], b.heap[parent]
		i = parent
	}
}

func (b *Best) down(i, n int) {
	for {
		worst := 2*i + 1
		if worst >= n {
			return
		}
		if r := worst + 1; r < n && Compare(b.heap[r], b.heap[worst]) > 0 {
			worst = r
		}
		if Compare(b.heap[i], b.heap[worst]) > 0 {
			return
		}
		b.heap[i], b.heap[worst] = b.heap[worst], b.heap[i]
		i = worst
	}
}

// Sort orders best first.
func Sort(s []Scored) { slices.SortFunc(s, Compare) }
