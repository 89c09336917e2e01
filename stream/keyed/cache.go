package keyed

import "sync/atomic"

// Quota bounds the keys in memory over all partitions of an engine, and counts what became of them.
type Quota struct {
	// max and held are quarters of a key: a shelf's level takes a quarter of what a visit or an order takes.
	max  int64
	held atomic.Int64

	spared, reads, dropped, chains atomic.Int64
}

// NewQuota allows so many visits and orders, or four times as many SKUs at stores. A visit takes about 200
// bytes.
func NewQuota(maxKeys int) *Quota { return &Quota{max: wholeKey * int64(maxKeys)} }

// What keys take of a quota.
const (
	wholeKey = 4
	aShelf   = 1
)

// Stats counts keys since the engine was made.
type Stats struct {
	// Held are in memory now, a level as a quarter of a key. Spared were found there or known to be new,
	// Reads were asked of the warehouse, Dropped had to make room. Chains are keys whose past was read
	// because a record came out of order.
	Held, Spared, Reads, Dropped, Chains int64
}

// Stats returns a snapshot.
func (q *Quota) Stats() Stats {
	return Stats{Held: (q.held.Load() + wholeKey - 1) / wholeKey, Spared: q.spared.Load(),
		Reads: q.reads.Load(), Dropped: q.dropped.Load(), Chains: q.chains.Load()}
}

func (q *Quota) take(weight int64) bool {
	if q.held.Add(weight) > q.max {
		q.held.Add(-weight)
		return false
	}
	return true
}

// keep holds states of one kind of key.
type keep[K comparable, S any] interface {
	get(K) (S, bool)
	put(K, S)
	remove(K)
	len() int
	empty()
}

// plain is a keep for keys of which there are not too many.
type plain[K comparable, S any] map[K]S

func (m plain[K, S]) get(k K) (S, bool) { s, ok := m[k]; return s, ok }
func (m plain[K, S]) put(k K, s S)      { m[k] = s }
func (m plain[K, S]) remove(k K)        { delete(m, k) }
func (m plain[K, S]) len() int          { return len(m) }
func (m plain[K, S]) empty()            { clear(m) }

// cache keeps what was used of late in two generations: when the quota is used up, the older one goes
// and the younger grows old. Against a list in order of use that costs nothing per hit but a move from
// old to young, and what is dropped is at most the half.
type cache[K comparable, S any] struct {
	quota *Quota
	// weight is what a key takes of the quota.
	weight     int64
	young, old keep[K, S]
}

func (c *cache[K, S]) find(k K) (S, bool) {
	s, ok := c.young.get(k)
	if !ok && c.old.len() > 0 {
		if s, ok = c.old.get(k); ok {
			c.old.remove(k)
			c.young.put(k, s)
		}
	}
	return s, ok
}

// put keeps s unless all the room is taken by other partitions.
func (c *cache[K, S]) put(k K, s S) {
	if _, ok := c.find(k); ok || c.room() {
		c.young.put(k, s)
	}
}

// room takes room for one key, from the older generation first.
func (c *cache[K, S]) room() bool {
	for range 3 {
		if c.quota.take(c.weight) {
			return true
		}
		c.quota.dropped.Add(int64(c.old.len()))
		c.quota.held.Add(-c.weight * int64(c.old.len()))
		c.old.empty()
		c.young, c.old = c.old, c.young
	}
	return false
}

// clear forgets everything.
func (c *cache[K, S]) clear() {
	c.quota.held.Add(-c.weight * int64(c.young.len()+c.old.len()))
	c.young.empty()
	c.old.empty()
}
