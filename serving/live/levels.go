package live

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail"
)

// DefaultMaxLevels is the bound of Levels unless told otherwise: about 1.3 GB when full.
const DefaultMaxLevels = 16_000_000

// Levels is the chain's stock in memory. It is safe for use by many goroutines.
type Levels struct {
	maxLevels int64
	mu        sync.Mutex
	// shelves is replaced, never changed, when a store is added: that happens a few hundred times.
	shelves atomic.Pointer[map[retail.StoreID]*shelf]

	count, applied, stale, refused atomic.Int64
	newestUS                       atomic.Int64
}

// LevelStats counts what happened to the levels that were offered.
type LevelStats struct {
	// Levels are held now; Applied were taken, Stale were older than what was held, Refused did not
	// fit within the bound or named no store or SKU.
	Levels, Applied, Stale, Refused int64
	// Newest is the commit time of the newest level taken.
	Newest time.Time
}

// NewLevels returns empty levels that hold at most maxLevels pairs of store and SKU; 0 means
// DefaultMaxLevels.
func NewLevels(maxLevels int64) *Levels {
	if maxLevels <= 0 {
		maxLevels = DefaultMaxLevels
	}
	l := &Levels{maxLevels: maxLevels}
	l.shelves.Store(&map[retail.StoreID]*shelf{})
	return l
}

// Read fills level for the key and reports whether there is one. It takes no lock and allocates
// nothing.
func (l *Levels) Read(key retail.StockKey, level *Level) bool {
	s := (*l.shelves.Load())[key.Store]
	if s == nil || !s.read(key.SKU, level) {
		return false
	}
	level.StockKey = key
	return true
}

// Apply takes the level if its version is higher than the one held, and reports whether it did.
func (l *Levels) Apply(level *Level) bool {
	if level.Store <= 0 || level.SKU <= 0 || level.Version <= 0 {
		l.refused.Add(1)
		return false
	}
	taken, added, refused := l.shelf(level.Store).write(level, l.count.Load() < l.maxLevels)
	switch {
	case refused:
		l.refused.Add(1)
	case !taken:
		l.stale.Add(1)
	default:
		l.applied.Add(1)
		l.newest(level.CommittedUS)
	}
	if added {
		l.count.Add(1)
	}
	return taken
}

// Stats returns the counts so far.
func (l *Levels) Stats() LevelStats {
	return LevelStats{
		Levels: l.count.Load(), Applied: l.applied.Load(), Stale: l.stale.Load(),
		Refused: l.refused.Load(), Newest: time.UnixMicro(l.newestUS.Load()).UTC(),
	}
}

func (l *Levels) newest(us int64) {
	for {
		held := l.newestUS.Load()
		if us <= held || l.newestUS.CompareAndSwap(held, us) {
			return
		}
	}
}

func (l *Levels) shelf(id retail.StoreID) *shelf {
	if s := (*l.shelves.Load())[id]; s != nil {
		return s
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := *l.shelves.Load()
	if s := old[id]; s != nil {
		return s
	}
	grown := make(map[retail.StoreID]*shelf, len(old)+1)
	for k, s := range old {
		grown[k] = s
	}
	s := &shelf{}
	grown[id] = s
	l.shelves.Store(&grown)
	return s
}
