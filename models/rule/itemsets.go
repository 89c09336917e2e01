package rule

import (
	"slices"
	"sync"
)

// Itemsets are sets of items with the number of baskets that hold them all.
type Itemsets struct {
	baskets int32
	items   []int32
	start   []int64 // set i owns items[start[i]:start[i+1]]
	count   []int32
	indexed sync.Once
	table   []uint32 // by hash: the number of a set plus 1, or 0
}

// newItemsets joins the parts.
func newItemsets(baskets int32, parts []part) *Itemsets {
	sets, items := 0, 0
	for _, p := range parts {
		sets, items = sets+len(p.count), items+len(p.items)
	}
	s := &Itemsets{baskets: baskets, items: make([]int32, 0, items), start: make([]int64, 1, sets+1),
		count: make([]int32, 0, sets)}
	for _, p := range parts {
		end := int64(len(s.items))
		s.items, s.count = append(s.items, p.items...), append(s.count, p.count...)
		for _, size := range p.size {
			end += int64(size)
			s.start = append(s.start, end)
		}
	}
	return s
}

// Baskets is how many baskets were mined.
func (s *Itemsets) Baskets() int32 { return s.baskets }

// Len is how many itemsets there are, those of one item included.
func (s *Itemsets) Len() int { return len(s.count) }

// At returns the items of itemset i, ascending, and in how many baskets it stands. The order of the
// itemsets is that of the search, rare items first, the same for the same baskets in any order. The
// caller must not change the items.
func (s *Itemsets) At(i int) (items []int32, count int32) {
	from, to := s.start[i], s.start[i+1]
	return s.items[from:to:to], s.count[i]
}

// Count returns in how many baskets the items stand, 0 where they are not frequent. Items ascend. The
// first call builds an index.
func (s *Itemsets) Count(items ...int32) int32 {
	s.indexed.Do(s.index)
	sum := uint64(0)
	for _, item := range items {
		sum += mix(item)
	}
	return s.find(sum, items, -1)
}

// index builds the hash table. The hash of a set is the sum of the hashes of its items, so that the hash
// of a set without one of its items is one subtraction.
func (s *Itemsets) index() {
	size := 16
	for size < 2*len(s.count) {
		size *= 2
	}
	s.table = make([]uint32, size)
	for i := range s.count {
		items, _ := s.At(i)
		sum := uint64(0)
		for _, item := range items {
			sum += mix(item)
		}
		at := s.slot(sum)
		for s.table[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		s.table[at] = uint32(i + 1)
	}
}

func (s *Itemsets) slot(sum uint64) uint64 {
	return (sum * 0x9e3779b97f4a7c15) >> 32 & uint64(len(s.table)-1)
}

// mix spreads the bits of an item: the finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable
// pseudorandom number generators", 2014).
func mix(item int32) uint64 {
	z := uint64(uint32(item))*0x9e3779b97f4a7c15 + 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// find returns the count of the items without the one at place skip (none where it is -1), 0 where that
// set is not frequent; sum is its hash.
func (s *Itemsets) find(sum uint64, items []int32, skip int) int32 {
	for at := s.slot(sum); s.table[at] != 0; at = (at + 1) & uint64(len(s.table)-1) {
		i := int(s.table[at] - 1)
		have, count := s.At(i)
		if skip < 0 && slices.Equal(have, items) ||
			skip >= 0 && len(have) == len(items)-1 && slices.Equal(have[:skip], items[:skip]) &&
				slices.Equal(have[skip:], items[skip+1:]) {
			return count
		}
	}
	return 0
}
