package factor

import (
	"github.com/viterin/vek/vek32"

	"github.com/tillstream/tillstream/models/list"
)

// Items is how many items the model knows.
func (f *Factors) Items() int { return f.items.len() }

// User is the vector of a member of the training. The caller must not change it.
func (f *Factors) User(u int32) []float32 { return f.users.of(u) }

// Score is how much a vector likes an item, about 1 for what it owns.
func (f *Factors) Score(vector []float32, item int32) float32 {
	return vek32.Dot(vector, f.items.of(item))
}

// Top returns the items that a vector likes best, best first, in the memory of into, as many as its
// capacity holds, without those that skip holds (ascending). All items are scored: 20,000 of 64
// dimensions take 0.2 ms, and an index would only be nearly right. No allocation.
func (f *Factors) Top(vector []float32, skip []int32, into []list.Scored) []list.Scored {
	best := list.NewBest(into, cap(into))
	for i := range int32(f.Items()) {
		for len(skip) > 0 && skip[0] < i {
			skip = skip[1:]
		}
		if len(skip) == 0 || skip[0] != i {
			best.Offer(i, f.Score(vector, i))
		}
	}
	return best.Sorted()
}
