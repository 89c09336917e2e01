package live

import (
	"sync"
	"sync/atomic"

	"github.com/tillstream/tillstream/retail"
)

// shelf holds the levels of one store in an open-addressing table of 32-byte slots, between 3/8 and
// 3/4 full. A Go map of structs needs about three times the memory and a lock around every read.
//
// One writer at a time holds mu. Readers take no lock: a slot's version doubles as its sequence
// lock. A writer stores writing, then the values, then the new version, which is always higher than
// any before; a reader that sees the same version before and after the values has read one level.
type shelf struct {
	mu    sync.Mutex
	used  int
	table atomic.Pointer[[]slot]
}

type slot struct {
	// sku is stored last when the slot is taken, so a reader that finds it finds values too.
	sku     atomic.Int64
	version atomic.Int64
	// counts packs on hand (high half) and reserved (low half).
	counts atomic.Uint64
	// at is the commit time in microseconds since 1970.
	at atomic.Int64
}

const (
	writing    = -1
	firstSlots = 64
)

// Level is a stock level and when it was committed.
type Level struct {
	retail.StockLevel
	// CommittedUS is the commit of the newest change in microseconds since 1970.
	CommittedUS int64
}

func pack(onHand, reserved int32) uint64 {
	return uint64(uint32(onHand))<<32 | uint64(uint32(reserved))
}

func unpack(counts uint64) (onHand, reserved int32) {
	return int32(uint32(counts >> 32)), int32(uint32(counts))
}

// home spreads consecutive SKU numbers over the table (Fibonacci hashing).
func home(sku int64, slots int) int {
	return int(uint64(sku) * 0x9E3779B97F4A7C15 >> 20 & uint64(slots-1))
}

// find returns the slot of the SKU, or the free slot where it belongs. Whether it is the SKU's is told by
// the same look: without a lock, a slot that was free may be another SKU's by the next one.
func find(table []slot, sku int64) (at *slot, taken bool) {
	for i := home(sku, len(table)); ; i = (i + 1) & (len(table) - 1) {
		switch table[i].sku.Load() {
		case sku:
			return &table[i], true
		case 0:
			return &table[i], false
		}
	}
}

// read fills level and reports whether the shelf holds the SKU.
func (s *shelf) read(sku retail.SKUID, level *Level) bool {
	table := s.table.Load()
	if table == nil || sku <= 0 {
		return false
	}
	at, taken := find(*table, int64(sku))
	if !taken {
		return false
	}
	for {
		before := at.version.Load()
		counts, us := at.counts.Load(), at.at.Load()
		if before != writing && at.version.Load() == before {
			level.OnHand, level.Reserved = unpack(counts)
			level.Version, level.CommittedUS = before, us
			return true
		}
	}
}

// write takes the level if it is newer than what the shelf holds. It reports whether the level was
// taken and whether the SKU is new; a new SKU beyond the room that is left is refused.
func (s *shelf) write(level *Level, room bool) (taken, added, refused bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grow()
	at, known := find(*s.table.Load(), int64(level.SKU))
	added = !known
	if added && !room {
		return false, false, true
	}
	if !added && at.version.Load() >= level.Version {
		return false, false, false
	}
	at.version.Store(writing)
	at.counts.Store(pack(level.OnHand, level.Reserved))
	at.at.Store(level.CommittedUS)
	at.version.Store(level.Version)
	if added {
		at.sku.Store(int64(level.SKU))
		s.used++
	}
	return true, added, false
}

// grow keeps at least a quarter of the table free. Readers of the old table finish there; it holds
// every level up to this moment.
func (s *shelf) grow() {
	old := s.table.Load()
	if old == nil {
		table := make([]slot, firstSlots)
		s.table.Store(&table)
		return
	}
	if (s.used+1)*4 <= len(*old)*3 {
		return
	}
	table := make([]slot, 2*len(*old))
	for i := range *old {
		from := &(*old)[i]
		sku := from.sku.Load()
		if sku == 0 {
			continue
		}
		to, _ := find(table, sku)
		to.counts.Store(from.counts.Load())
		to.at.Store(from.at.Load())
		to.version.Store(from.version.Load())
		to.sku.Store(sku)
	}
	s.table.Store(&table)
}
