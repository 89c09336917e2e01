package list

import "math"

// Board sums scores item by item. It belongs to one goroutine and is used again and again; clearing it
// costs only what was touched.
type Board struct {
	score   []float32
	touched []int32
	mark    []uint32 // the round in which the score was begun
	round   uint32
}

// NewBoard has room for the items 0 … items-1. Cost: 12 bytes for each.
func NewBoard(items int) *Board {
	b := &Board{score: make([]float32, items), touched: make([]int32, 0, items), mark: make([]uint32, items)}
	b.Clear()
	return b
}

// Clear begins a new round.
func (b *Board) Clear() {
	b.touched = b.touched[:0]
	if b.round++; b.round == 0 { // once in four thousand million rounds
		clear(b.mark)
		b.round = 1
	}
}

// Add adds to the item's score. An item outside the board is none.
func (b *Board) Add(item int32, score float32) {
	if uint(item) >= uint(len(b.mark)) {
		return
	}
	if b.mark[item] != b.round {
		b.mark[item] = b.round
		b.score[item] = 0
		b.touched = append(b.touched, item)
	}
	b.score[item] += score
}

// Skip keeps the item out of this round's answer, whatever is added before or after.
func (b *Board) Skip(item int32) { b.Add(item, float32(math.Inf(-1))) }

// Score is the item's sum so far, 0 if nothing was added.
func (b *Board) Score(item int32) float32 {
	if uint(item) >= uint(len(b.mark)) || b.mark[item] != b.round {
		return 0
	}
	return b.score[item]
}

// Touched are the items that got a score in this round, in the order of the first one.
func (b *Board) Touched() []int32 { return b.touched }

// Top returns the best n touched items, best first, in buf.
func (b *Board) Top(buf []Scored, n int) []Scored {
	best := NewBest(buf, n)
	for _, item := range b.touched {
		if s := b.score[item]; s > -math.MaxFloat32 {
			best.Offer(item, s)
		}
	}
	return best.Sorted()
}

// Scale multiplies the score of a touched item; one that is skipped stays so.
func (b *Board) Scale(item int32, by float32) {
	if b.Score(item) != 0 {
		b.score[item] *= by
	}
}
