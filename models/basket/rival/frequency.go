package rival

import (
	"cmp"
	"slices"

	"github.com/tillstream/tillstream/models/history"
)

// Frequency ranks by how many baskets hold an item: the baselines of Li et al., "A next basket recommendation
// reality check" (2023), which most published methods do not beat.
type Frequency struct {
	h     *history.History
	total []int32
	top   []int32
	count map[int32]int32
}

// NewFrequency counts.
func NewFrequency(h *history.History) *Frequency {
	f := &Frequency{h: h, total: make([]int32, h.Items.Len()), count: map[int32]int32{}}
	for _, item := range h.Item {
		f.total[item]++
	}
	for item := range f.total {
		f.top = append(f.top, int32(item))
	}
	slices.SortFunc(f.top, f.byTotal)
	return f
}

func (f *Frequency) byTotal(a, b int32) int {
	if f.total[a] != f.total[b] {
		return cmp.Compare(f.total[b], f.total[a])
	}
	return cmp.Compare(a, b)
}

// Global is G-TopFreq: the k items in most baskets of all, the same for everybody.
func (f *Frequency) Global(k int) []int32 { return f.top[:min(k, len(f.top))] }

// Personal is P-TopFreq: the k items in most baskets of the user, ties by the baskets of all.
func (f *Frequency) Personal(user int32, k int) []int32 {
	clear(f.count)
	from, to := f.h.Of(user)
	for _, item := range f.h.Item[f.h.Start[from]:f.h.Start[to]] {
		f.count[item]++
	}
	own := make([]int32, 0, len(f.count))
	for item := range f.count {
		own = append(own, item)
	}
	slices.SortFunc(own, func(a, b int32) int {
		if f.count[a] != f.count[b] {
			return cmp.Compare(f.count[b], f.count[a])
		}
		return f.byTotal(a, b)
	})
	return own[:min(k, len(own))]
}

// Both is GP-TopFreq: the user's own items first, filled up with those of all.
func (f *Frequency) Both(user int32, k int) []int32 {
	list := f.Personal(user, k)
	for _, item := range f.top {
		if len(list) >= k {
			break
		}
		if f.count[item] == 0 {
			list = append(list, item)
		}
	}
	return list
}
