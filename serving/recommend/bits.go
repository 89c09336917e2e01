package recommend

import "sync/atomic"

// Bits is a set of items that one writer changes while many read it: what a store can sell now.
//
// A plain set of bits was chosen over a roaring bitmap, which was measured beside it (BenchmarkShelf):
// with 20,000 items a store takes 2.5 KB, and 500 stores 1.25 MB whatever they hold. Stock of a shop is
// dense (60 to 95 % of its items are there), where roaring keeps the very same bits, in two containers
// behind a search and with no safe way to change one under a reader's eyes.
type Bits []atomic.Uint64

// NewBits returns an empty set of the items 0 … n-1.
func NewBits(n int) Bits { return make(Bits, (n+63)/64) }

// Has reports whether the set holds an item.
func (b Bits) Has(item int32) bool {
	word := int(uint32(item) >> 6)
	return word < len(b) && b[word].Load()>>(uint32(item)&63)&1 == 1
}

// Set puts an item in or takes it out, and reports whether that changed the set.
func (b Bits) Set(item int32, in bool) bool {
	word, bit := &b[uint32(item)>>6], uint64(1)<<(uint32(item)&63)
	if in {
		return word.Or(bit)&bit == 0
	}
	return word.And(^bit)&bit != 0
}
