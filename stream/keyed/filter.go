package keyed

import (
	"context"
	"math"
)

// filter knows which visits of late days were surely never seen, so that the first event of a visit,
// which is what most events of new keys are, asks nobody. It is a Bloom filter over the keys of all days
// from since on: filled from the warehouse once, then from what the partition sees. It only saves
// questions; what it knows or forgets changes no row.
type filter struct {
	bits  []uint64
	mask  uint64 // their number less one; it is a power of two
	since int32
	// held counts the keys; wait is for how many batches more it stays as it is.
	held, wait int
}

const (
	// bitsAKey of the quota are what a filter has; filled with three times as many keys it is wrong
	// about one in fifty.
	bitsAKey             = 24
	minFilter, maxFilter = 1 << 12, 1 << 25
	// filterRest keeps days that alternate from filling the filter anew with every batch.
	filterRest = 32
)

func newFilter(maxKeys int64) filter {
	n := uint64(minFilter)
	for n < maxFilter && int64(n) < maxKeys*bitsAKey {
		n *= 2
	}
	return filter{mask: n - 1}
}

func (f *filter) fits(day int32) bool {
	return f.bits != nil && uint64(f.held) < (f.mask+1)/8 && day-1 >= f.since && day-1 <= f.since+1
}

// fill covers the day before day and all after it.
func (f *filter) fill(ctx context.Context, m Memory, p Past, day int32) error {
	if f.fits(day) || f.bits != nil && f.wait > 0 {
		f.wait--
		return nil
	}
	if f.bits == nil {
		f.bits = make([]uint64, (f.mask+1)/64)
	}
	clear(f.bits)
	f.held, f.wait, f.since = 0, filterRest, day-1
	err := m.Recent(ctx, p, f.since, f.add)
	if err != nil {
		f.bits, f.since = nil, math.MaxInt32
	}
	return err
}

// places are the four bits of a key: two hashes, and their sums, are as good as four.
func (k VisitKey) places(mask uint64) (places [4]uint64) {
	h := k.Session ^ uint64(uint32(k.Store))<<40 ^ uint64(k.Channel)<<32 ^ uint64(uint32(k.Day))
	h = (h ^ h>>31) * 0x9e3779b97f4a7c15
	step := (h ^ h>>29) * 0xbf58476d1ce4e5b9
	for i := range places {
		places[i] = h >> 7 & mask
		h += step | 1
	}
	return places
}

func (f *filter) add(k VisitKey) {
	if f.bits == nil || k.Day < f.since {
		return
	}
	f.held++
	for _, at := range k.places(f.mask) {
		f.bits[at/64] |= 1 << (at % 64)
	}
}

// fresh reports that a visit was surely never seen.
func (f *filter) fresh(k VisitKey) bool {
	if f.bits == nil || k.Day < f.since {
		return false
	}
	for _, at := range k.places(f.mask) {
		if f.bits[at/64]&(1<<(at%64)) == 0 {
			return true
		}
	}
	return false
}
