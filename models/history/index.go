package history

import "slices"

// Index gives ids the numbers 0, 1, 2, … in ascending order of the ids.
type Index struct {
	ids []int64
	at  map[int64]int32
}

// NewIndex numbers the distinct ids; it sorts and keeps the slice.
func NewIndex(ids []int64) *Index {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	x := &Index{ids: ids, at: make(map[int64]int32, len(ids))}
	for i, id := range ids {
		x.at[id] = int32(i)
	}
	return x
}

// Len is how many ids there are.
func (x *Index) Len() int { return len(x.ids) }

// ID is the id with the number n.
func (x *Index) ID(n int32) int64 { return x.ids[n] }

// IDs are all ids, ascending. The caller must not change them.
func (x *Index) IDs() []int64 { return x.ids }

// Find returns the number of an id, or -1.
func (x *Index) Find(id int64) int32 {
	if n, ok := x.at[id]; ok {
		return n
	}
	return -1
}
