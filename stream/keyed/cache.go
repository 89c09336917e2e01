package keyed

import "sync/atomic"

// Quota bounds the keys in memory over all partitions of an engine, and counts what became of them.
type Quota struct {
	// max and held are halves of a key: a shelf's level takes half of what a visit or an order takes.
	max  int64
	held atomic.Int64

	spared, reads, dropped, chains atomic.Int64
}

// NewQuota allows so many visits and orders, or twice as many SKUs at stores. A visit takes about 200
// bytes.
func NewQuota(maxKeys int) *Quota { return &Quota{max: 2 * int64(maxKeys)} }

// Stats counts keys since the engine was made.
type Stats struct {
	// Held are in memory now, a level as half a key. Spared were found there or known to be new, Reads were
	// asked of the warehouse, Dropped had to make room. Chains are keys whose past was read because a record
	// came out of order.
	Held, Spared, Reads, Dropped, Chains int64
}

// Stats returns a snapshot.
func (q *Quota) Stats() Stats {
	return Stats{Held: (q.held.Load() + 1) / 2, Spared: q.spared.Load(), Reads: q.reads.Load(),
		Dropped: q.dropped.Load(), Chains: q.chains.Load()}
}

func (q *Quota) take(halves int64) bool {
	if q.held.Add(halves) > q.max {
		q.held.Add(-halves)
		return false
	}
	return true
}

// cache keeps what was used of late in two generations: when the quota is used up, the older one goes
// and the younger grows old. Against a list in order of use that costs nothing per hit but a move from
// old to young, and what is dropped is at most the half.
type cache[K comparable, S any] struct {
	quota *Quota
	// weight is what a key takes of the quota.
	weight     int64
	young, old map[K]S
}

func newCache[K comparable, S any](q *Quota, weight int64) *cache[K, S] {
	return &cache[K, S]{quota: q, weight: weight, young: make(map[K]S), old: make(map[K]S)}
}

func (c *cache[K, S]) find(k K) (S, bool) {
	s, ok := c.young[k]
	if !ok {
		if s, ok = c.old[k]; ok {
			delete(c.old, k)
			c.young[k] = s
		}
	}
	return s, ok
}

// put keeps s unless all the room is taken by other partitions.
func (c *cache[K, S]) put(k K, s S) {
	if _, ok := c.young[k]; !ok {
		if _, ok := c.old[k]; ok {
			delete(c.old, k)
		} else if !c.room() {
			return
		}
	}
	c.young[k] = s
}

// room takes room for one key, from the older generation first.
func (c *cache[K, S]) room() bool {
	for range 3 {
		if c.quota.take(c.weight) {
			return true
		}
		c.quota.dropped.Add(int64(len(c.old)))
		c.quota.held.Add(-c.weight * int64(len(c.old)))
		clear(c.old)
		c.young, c.old = c.old, c.young
	}
	return false
}

// clear forgets everything.
func (c *cache[K, S]) clear() {
	c.quota.held.Add(-c.weight * int64(len(c.young)+len(c.old)))
	clear(c.young)
	clear(c.old)
}
