package popular

import (
	"maps"
	"sync/atomic"
)

// Sale is some units of an item sold at a store.
type Sale struct {
	Store, Item int32
	// Time is in seconds since 1970, OffsetSeconds how far the store's clocks are ahead of UTC.
	Time          int64
	OffsetSeconds int32
	Units         float32
}

// Live counts sales. One goroutine writes; readers take the View.
type Live struct {
	cfg      Config
	items    int
	begun    bool
	landmark int64
	first    int64 // the earliest time of a sale
	newest   int64 // the latest one
	chain    *shop
	stores   map[int32]*shop
	// profile holds units by item and slot, undecayed: seasons last longer than half-lives.
	profile []float64
	slot    [slots]float64
	refused uint64
	view    atomic.Pointer[View]
}

// New counts for the items 0 … items-1. Cost: 0.5 KB an item.
func New(items int, cfg Config) *Live {
	l := &Live{cfg: cfg.orDefault(), items: items, chain: newShop(), stores: map[int32]*shop{},
		profile: make([]float64, items*slots)}
	l.Refresh()
	return l
}

// Refused is how many sales were left out: unknown items, no units, times beyond now.
func (l *Live) Refused() uint64 { return l.refused }

// Add counts a sale; now guards against clocks that run ahead, which would outweigh everything: a sale
// more than a day later is refused. Cost: less than a microsecond.
func (l *Live) Add(s Sale, now int64) {
	known := s.Item >= 0 && int(s.Item) < l.items
	if !known || !(s.Units > 0 && s.Units < 1e6) || s.Time > now+day || s.Time < 0 {
		l.refused++
		return
	}
	l.advance(s.Time)
	l.newest = max(l.newest, s.Time)
	long, short := l.weights(s.Time)
	units := float64(s.Units)
	l.chain.add(s.Item, units*long, units*short, l.items)
	shop := l.stores[s.Store]
	if shop == nil && len(l.stores) < l.cfg.Stores {
		shop = newShop()
		l.stores[s.Store] = shop
	}
	if shop != nil {
		shop.add(s.Item, units*long, units*short, l.cfg.StoreItems)
	}
	for _, slot := range At(s.Time, int(s.OffsetSeconds)).slots() {
		l.profile[int(s.Item)*slots+slot] += units
		l.slot[slot] += units
	}
}

// View is the newest that Refresh has published. Any goroutine may call it.
func (l *Live) View() *View { return l.view.Load() }

// Refresh publishes lists that hold all sales so far; those of stores without a new sale stay as they
// were. Cost: the items of the stores that sold, some milliseconds for a chain; call it as often as
// lists should change.
func (l *Live) Refresh() {
	old := l.view.Load()
	v := &View{chain: shelf{}, stores: map[int32]*shelf{}, lift: l.lifts()}
	if old != nil {
		maps.Copy(v.stores, old.stores)
	}
	m := l.maker()
	v.chain = m.shelf(l.chain, nil)
	for id, s := range l.stores {
		if s.dirty || v.stores[id] == nil {
			one := m.shelf(s, v.chain.rate)
			v.stores[id] = &one
			s.dirty = false
		}
	}
	l.view.Store(v)
}
