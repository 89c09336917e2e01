package keyed

import (
	"context"
	"math"
)

// bloom is a Bloom filter of keys, told by their hashes: what it lacks was surely never added.
type bloom struct {
	bits []uint64
	mask uint64 // their number less one; it is a power of two
}

const (
	// bitsAKey of the quota are what a filter has; filled with three times as many keys it is wrong
	// about one in fifty.
	bitsAKey             = 24
	minFilter, maxFilter = 1 << 12, 1 << 25
)

func newBloom(maxKeys int64) bloom {
	n := uint64(minFilter)
	for n < maxFilter && int64(n) < maxKeys*bitsAKey {
		n *= 2
	}
	return bloom{mask: n - 1}
}

// empty makes a filter without keys.
func (b *bloom) empty() {
	if b.bits == nil {
		b.bits = make([]uint64, (b.mask+1)/64)
	}
	clear(b.bits)
}

// mix makes two hashes of one, in which every bit depends on all of its bits.
func mix(h uint64) (once, twice uint64) {
	once = (h ^ h>>31) * 0x9e3779b97f4a7c15
	return once, (once ^ once>>29) * 0xbf58476d1ce4e5b9
}

// places are the four bits of a key: two hashes, and their sums, are as good as four.
func places(h, mask uint64) (places [4]uint64) {
	h, step := mix(h)
	for i := range places {
		places[i] = h >> 7 & mask
		h += step | 1
	}
	return places
}

func (b *bloom) add(h uint64) {
	for _, at := range places(h, b.mask) {
		b.bits[at/64] |= 1 << (at % 64)
	}
}

func (b *bloom) lacks(h uint64) bool {
	for _, at := range places(h, b.mask) {
		if b.bits[at/64]&(1<<(at%64)) == 0 {
			return true
		}
	}
	return false
}

// visitFilter knows which visits of late days were surely never seen, so that the first event of a visit,
// which is what most events of new keys are, asks nobody. It holds the keys of all days from since on:
// filled from the warehouse once, then from what the partition sees. It only saves questions; what it knows
// or forgets changes no row.
type visitFilter struct {
	bloom
	since int32
	// held counts the keys; wait is for how many batches more it stays as it is.
	held, wait int
}

// filterRest keeps days that alternate from filling the filter anew with every batch.
const filterRest = 32

func (k VisitKey) hash() uint64 {
	return k.Session ^ uint64(uint32(k.Store))<<40 ^ uint64(k.Channel)<<32 ^ uint64(uint32(k.Day))
}

func (f *visitFilter) fits(day int32) bool {
	return f.bits != nil && uint64(f.held) < (f.mask+1)/8 && day-1 >= f.since && day-1 <= f.since+1
}

// fill covers the day before day and all after it.
func (f *visitFilter) fill(ctx context.Context, m Memory, p Past, day int32) error {
	if f.fits(day) || f.bits != nil && f.wait > 0 {
		f.wait--
		return nil
	}
	f.empty()
	f.held, f.wait, f.since = 0, filterRest, day-1
	err := m.Recent(ctx, p, f.since, f.add)
	if err != nil {
		f.bits, f.since = nil, math.MaxInt32
	}
	return err
}

func (f *visitFilter) add(k VisitKey) {
	if f.bits == nil || k.Day < f.since {
		return
	}
	f.held++
	f.bloom.add(k.hash())
}

// fresh reports that a visit was surely never seen.
func (f *visitFilter) fresh(k VisitKey) bool {
	return f.bits != nil && k.Day >= f.since && f.lacks(k.hash())
}

// orderFilter knows which orders surely took no step yet. Their numbers rise: nobody knows one above the last
// that was seen, but for those that came since, which are held. When they are many, the last of them takes
// the place of all.
type orderFilter struct {
	bloom
	floor, top int64
	held       int
}

func (f *orderFilter) fill(ctx context.Context, m Memory, p Past) (err error) {
	if f.bits != nil {
		return nil
	}
	if f.floor, err = m.LastOrder(ctx, p); err == nil {
		f.top, f.held = f.floor, 0
		f.empty()
	}
	return err
}

func (f *orderFilter) add(id int64) {
	if f.bits == nil || id <= f.floor {
		return
	}
	f.top = max(f.top, id)
	if f.held++; uint64(f.held) > (f.mask+1)/8 {
		f.floor, f.held = f.top, 0
		f.empty()
		return
	}
	f.bloom.add(uint64(id))
}

// fresh reports that an order surely took no step yet.
func (f *orderFilter) fresh(id int64) bool {
	return f.bits != nil && id > f.floor && f.lacks(uint64(id))
}

// shelfFilter knows which shelves surely never moved, as those of a store that opens or of goods that are
// new. It is filled once; with more shelves than it was made for it saves less.
type shelfFilter struct{ bloom }

func (k StockKey) hash() uint64 { return uint64(k.SKU) ^ uint64(uint32(k.Store))<<40 }

func (f *shelfFilter) fill(ctx context.Context, m Memory, p Past) error {
	if f.bits != nil {
		return nil
	}
	f.empty()
	err := m.Shelves(ctx, p, f.add)
	if err != nil {
		f.bits = nil
	}
	return err
}

func (f *shelfFilter) add(k StockKey) {
	if f.bits != nil {
		f.bloom.add(k.hash())
	}
}

// fresh reports that a shelf surely never moved.
func (f *shelfFilter) fresh(k StockKey) bool { return f.bits != nil && f.lacks(k.hash()) }
