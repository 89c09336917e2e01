package rule

import (
	"slices"
	"sync"
)

// Scope is a part of the chain's trade that has counts of its own.
type Scope struct {
	// Store is the store's number, 0 for the whole chain.
	Store int32
	// Season is a number that the caller gives to a time of the year, 0 for all of it.
	Season int32
}

// LiveConfig bounds the counts that are kept.
type LiveConfig struct {
	// MaxCounts is how many counts are kept over all scopes: one for each item, two for each pair, about 16
	// bytes each. Default 8,000,000. Where there would be more, the smallest are forgotten: see Live. 88,000
	// baskets of ten items in 50 stores and two seasons make 47,000,000 counts when nothing is forgotten.
	MaxCounts int
	// MaxItems is how many items are known; what lies in a basket beyond them is passed over. Default
	// 1,000,000, about 50 bytes each.
	MaxItems int
	// MaxScopes is how many scopes are kept; a basket is not counted in one beyond them. Default 16,384.
	MaxScopes int
	// MaxBasket is how many items a basket may have: its cost is their square. A larger one, which is a
	// wholesaler's or an error, is passed over. Default 100.
	MaxBasket int
}

// Live counts items and pairs as the tills ring, for each store and the chain, for each season and the
// year. Any number of goroutines may use it at once.
//
// Each pair stands in a table of its own under both of its items, so that the partners of an item are one
// scan of a few cache lines. One table for all pairs would take the same memory and answer with a
// look-up for each partner; a sketch would take less and not know the partners at all.
//
// Guaranteed: as long as nothing was forgotten, every count is that of a batch over the baskets that were
// added and not removed, in any order. When MaxCounts is reached, the smallest counts are forgotten, a
// quarter at a time, as in lossy counting (Manku and Motwani, "Approximate frequency counts over data
// streams", 2002); since then, in a scope, a count is never too high, and too low by at most
// Lost(scope). The number of baskets of a scope is always exact. Only what was added may be removed.
type Live struct {
	mu      sync.RWMutex
	cfg     LiveConfig
	number  map[int64]int32 // of an item
	ids     []int64
	scopes  map[Scope]*tally
	counts  int
	stats   LiveStats
	scratch []int32
}

// LiveStats say what a Live holds and what it passed over.
type LiveStats struct {
	// Scopes, Items and Counts are how many there are.
	Scopes, Items, Counts int
	// Forgotten is how many counts above 0 were forgotten because of MaxCounts.
	Forgotten int64
	// Oversize is how many baskets were passed over because of MaxBasket, ScopesRefused how often a basket
	// was not counted in a scope because of MaxScopes, ItemsRefused how many lines because of MaxItems.
	Oversize, ScopesRefused, ItemsRefused int64
}

// NewLive returns an empty Live.
func NewLive(cfg LiveConfig) *Live {
	for _, d := range []struct {
		field *int
		usual int
	}{{&cfg.MaxCounts, 8_000_000}, {&cfg.MaxItems, 1_000_000}, {&cfg.MaxScopes, 16_384},
		{&cfg.MaxBasket, 100}} {
		if *d.field <= 0 {
			*d.field = d.usual
		}
	}
	return &Live{cfg: cfg, number: map[int64]int32{}, scopes: map[Scope]*tally{}}
}

// Add counts a basket of a store in a season: there, in the store's whole year, and in both of the chain.
// Items may come in any order; one that stands there twice counts once.
func (l *Live) Add(store, season int32, items []int64) { l.change(store, season, items, 1) }

// Remove takes a basket out that was added: a refund of all of it, or a member who is erased. A refund of
// some lines is a Remove of the old basket and an Add of what is left.
func (l *Live) Remove(store, season int32, items []int64) { l.change(store, season, items, -1) }

func (l *Live) change(store, season int32, items []int64, by int32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	basket := l.numbers(items, by > 0)
	if len(basket) > l.cfg.MaxBasket {
		l.stats.Oversize++
		return
	}
	scopes := [...]Scope{{store, season}, {store, 0}, {0, season}, {0, 0}}
	for i, s := range scopes {
		if slices.Contains(scopes[:i], s) {
			continue
		}
		t := l.scopes[s]
		switch {
		case t != nil:
		case by < 0:
			continue
		case len(l.scopes) >= l.cfg.MaxScopes:
			l.stats.ScopesRefused++
			continue
		default:
			t = newTally()
			l.scopes[s] = t
		}
		l.counts += t.change(basket, by)
	}
	for l.counts > l.cfg.MaxCounts {
		l.forget()
	}
}

// numbers returns the distinct numbers of the items; unknown ones get one where that is wanted.
func (l *Live) numbers(items []int64, learn bool) []int32 {
	basket := l.scratch[:0]
	for _, id := range items {
		n, known := l.number[id]
		switch {
		case known:
		case !learn:
			continue
		case len(l.ids) >= l.cfg.MaxItems:
			l.stats.ItemsRefused++
			continue
		default:
			n = int32(len(l.ids))
			l.number[id] = n
			l.ids = append(l.ids, id)
		}
		basket = append(basket, n)
	}
	l.scratch = basket
	slices.Sort(basket)
	return slices.Compact(basket)
}

// forget drops the smallest counts of all scopes, at least a quarter of those that can go, so that it is
// seldom done. At least one goes.
func (l *Live) forget() {
	var many [1 << 12]int // by count; the last holds all that are larger
	all := 0
	for _, t := range l.scopes {
		t.each(func(n int32) { many[min(int(n), len(many)-1)]++; all++ })
	}
	upTo, gone, enough := int32(0), many[0], max(1, all/4)
	for gone < enough && int(upTo) < len(many)-2 {
		upTo++
		gone += many[upTo]
	}
	if gone < enough { // Slow path: nearly all counts are above 4,094.
		upTo = l.quarter()
	}
	for _, t := range l.scopes {
		left, lost := t.forget(upTo)
		l.counts += left
		l.stats.Forgotten += int64(lost)
	}
}

// quarter returns the count below or at which a quarter of all lie.
func (l *Live) quarter() int32 {
	all := make([]int32, 0, l.counts)
	for _, t := range l.scopes {
		t.each(func(n int32) { all = append(all, n) })
	}
	slices.Sort(all)
	return all[len(all)/4]
}

// Lost is by how much a count of the scope may be too low; 0 as long as nothing of it was forgotten.
func (l *Live) Lost(s Scope) int32 {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if t := l.scopes[s]; t != nil {
		return t.lost
	}
	return 0
}

// Drop forgets a scope: a season of last year, a store that has closed. If baskets come for it again, it
// starts from nothing, and those of before can no longer be removed.
func (l *Live) Drop(s Scope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.scopes[s]; t != nil {
		l.counts -= t.size()
		delete(l.scopes, s)
	}
}

// Stats says what is held and what was passed over.
func (l *Live) Stats() LiveStats {
	l.mu.RLock()
	defer l.mu.RUnlock()
	s := l.stats
	s.Scopes, s.Items, s.Counts = len(l.scopes), len(l.ids), l.counts
	return s
}

// Merge adds all that another Live holds, as if its baskets had been added here. The other must be at
// rest meanwhile; it is not changed.
func (l *Live) Merge(o *Live) {
	l.mu.Lock()
	defer l.mu.Unlock()
	number := make([]int32, len(o.ids))
	for i, id := range o.ids {
		number[i] = -1
		if n := l.numbers([]int64{id}, true); len(n) == 1 {
			number[i] = n[0]
		}
	}
	for s, from := range o.scopes {
		to := l.scopes[s]
		if to == nil && len(l.scopes) >= l.cfg.MaxScopes {
			l.stats.ScopesRefused += int64(from.baskets)
			continue
		}
		if to == nil {
			to = newTally()
			l.scopes[s] = to
		}
		l.counts += to.merge(from, number)
	}
	l.stats.Forgotten += o.stats.Forgotten
	l.stats.Oversize += o.stats.Oversize
	l.stats.ScopesRefused += o.stats.ScopesRefused
	l.stats.ItemsRefused += o.stats.ItemsRefused
	for l.counts > l.cfg.MaxCounts {
		l.forget()
	}
}
