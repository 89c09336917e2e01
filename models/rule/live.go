package rule

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// LiveConfig bounds what is counted. The zero value takes the defaults.
type LiveConfig struct {
	// HalfS is half of the window in seconds: what is told is of the newest one to two halves. Default
	// 43,200, half a day.
	HalfS int64
	// MaxItems is how many items are counted in a half; those beyond are refused until it ends. Default
	// 100,000. Cost: up to 1.5 KB each.
	MaxItems int
	// MaxBasket is how many items a basket may have: its cost is their square. A larger one, which is a
	// wholesaler's or an error, counts nothing. Default 50.
	MaxBasket int
	// MinCount is in how many baskets a pair must stand to be told. Default 3: two may be one customer.
	MinCount int32
	// FirstVersion is above every version of a Live that this one takes the place of.
	FirstVersion uint64
}

// The bounds of a row.
const (
	// slots is how many partners of an item are counted in a half.
	slots = 32
	// Partners is how many are told at most.
	Partners = 16
	// shrink is how many baskets in common prove as much as the share that they are.
	shrink = 3

	liveShards = 64
)

// Live counts what is bought together within hours, as the tills ring. One goroutine adds, any number
// ask.
//
// Each item has the partners that stood beside it most often, in a table of a fixed size, by the method of
// Metwally, Agrawal and El Abbadi ("Efficient computation of frequent and top-k elements in data streams",
// 2005): a new partner takes the place of the rarest one and inherits its count as a doubt. A partner of
// more than 1/32 of an item's pairs is always there. What is told is the count without the doubt.
//
// Old baskets leave by halves of the window: a row counts this half and the one before. Rejected: counts
// that decay with every basket. They follow as fast, but are no number that could be told anybody; and a
// table of all pairs, which has no bound that does not forget what is bought most.
//
// Guaranteed: a count is never too high, and exact for an item with up to 32 partners a half; Left, Right
// and Total are exact; memory is bounded; asking allocates nothing where there is room.
type Live struct {
	cfg     LiveConfig
	shards  [liveShards]liveShard
	half    int64 // the number of the newest half
	baskets [2]int32
	version atomic.Uint64
	scratch []int64

	items, added, oversize, refused, old atomic.Int64
}

// LiveStats says what a Live holds and what it passed over.
type LiveStats struct {
	// Items are counted now. Baskets were added.
	Items, Baskets int64
	// Oversize baskets were larger than MaxBasket, Old ones of before the window. Refused is how often an
	// item was not counted because of MaxItems.
	Oversize, Old, Refused int64
}

type liveShard struct {
	mu   sync.Mutex
	rows map[int64]*liveRow
}

// liveRow counts an item and its partners, in this half [0] and in the one before [1].
type liveRow struct {
	held     [2]int32
	partners [2][]slot
	version  uint64
	told     [Partners]Partner
	n        int
}

// slot counts a partner: at least n − doubt baskets, at most n.
type slot struct {
	item     int64
	n, doubt int32
}

// Partner is an item that is bought beside the one that was asked for, which is the left side of the
// counts.
type Partner struct {
	Item int64
	// Score is 0 to 1: the cosine of the two, n/√(left·right), times n/(n+3), so that few baskets prove
	// little.
	Score float32
	Counts
}

// NewLive returns an empty Live.
func NewLive(cfg LiveConfig) *Live {
	cfg.HalfS, cfg.MaxItems = cmp.Or(max(cfg.HalfS, 0), 43_200), cmp.Or(max(cfg.MaxItems, 0), 100_000)
	cfg.MaxBasket, cfg.MinCount = cmp.Or(max(cfg.MaxBasket, 0), 50), cmp.Or(max(cfg.MinCount, 0), 3)
	l := &Live{cfg: cfg}
	l.version.Store(cfg.FirstVersion)
	for k := range l.shards {
		l.shards[k].rows = map[int64]*liveRow{}
	}
	return l
}

func (l *Live) shard(item int64) *liveShard {
	return &l.shards[uint64(item)*0x9E3779B97F4A7C15>>58]
}

// Add counts a basket that was bought at a time, now being another, both in seconds since 1970. Items may
// come in any order; one that stands there twice counts once. A basket from the future is of now.
func (l *Live) Add(items []int64, atS, nowS int64) {
	l.turn(nowS / l.cfg.HalfS)
	age := l.half - min(atS, nowS)/l.cfg.HalfS
	if age > 1 {
		l.old.Add(1)
		return
	}
	basket := append(l.scratch[:0], items...)
	l.scratch = basket
	slices.Sort(basket)
	basket = slices.Compact(basket)
	if len(basket) > l.cfg.MaxBasket {
		l.oversize.Add(1)
		return
	}
	l.added.Add(1)
	l.baskets[age]++
	for _, item := range basket {
		l.count(item, basket, age)
	}
	for _, item := range basket {
		if r := l.shard(item).rows[item]; r != nil { // only this goroutine changes the table
			l.tell(item, r)
		}
	}
}

// count counts a basket in the row of one of its items.
func (l *Live) count(item int64, basket []int64, age int64) {
	s := l.shard(item)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.rows[item]
	if r == nil {
		if l.items.Load() >= int64(l.cfg.MaxItems) {
			l.refused.Add(1)
			return
		}
		r = &liveRow{}
		s.rows[item] = r
		l.items.Add(1)
	}
	r.held[age]++
	for _, other := range basket {
		if other != item {
			r.partners[age] = note(r.partners[age], other)
		}
	}
}

// note counts a partner in a table.
func note(table []slot, item int64) []slot {
	rarest := 0
	for k := range table {
		if table[k].item == item {
			table[k].n++
			return table
		}
		if table[k].n < table[rarest].n {
			rarest = k
		}
	}
	if len(table) < slots {
		return append(table, slot{item: item, n: 1})
	}
	doubt := table[rarest].n
	table[rarest] = slot{item: item, n: doubt + 1, doubt: doubt}
	return table
}

// tell makes the list of an item anew. The counts of its partners are as new as its own last basket.
func (l *Live) tell(item int64, r *liveRow) {
	var told [Partners]Partner
	n := 0
	for age, table := range r.partners {
		for _, s := range table {
			p := Partner{Item: s.item}
			p.Both = s.n - s.doubt
			if other := find(r.partners[1-age], s.item); other != nil {
				if age == 1 {
					continue // it was told with this half's
				}
				p.Both += other.n - other.doubt
			}
			if p.Both < l.cfg.MinCount || !l.weigh(r, &p) {
				continue
			}
			at, _ := slices.BinarySearchFunc(told[:n], p, before)
			if at == Partners {
				continue
			}
			n = min(n+1, Partners)
			copy(told[at+1:n], told[at:n-1])
			told[at] = p
		}
	}
	s := l.shard(item)
	s.mu.Lock()
	r.told, r.n, r.version = told, n, l.version.Add(1)
	s.mu.Unlock()
}

func find(table []slot, item int64) *slot {
	for k := range table {
		if table[k].item == item {
			return &table[k]
		}
	}
	return nil
}

// weigh fills in the counts of a partner and its score; false for an item that was refused, which has none.
func (l *Live) weigh(r *liveRow, p *Partner) bool {
	o := l.shard(p.Item).rows[p.Item]
	if o == nil {
		return false
	}
	p.Left, p.Right, p.Total = r.held[0]+r.held[1], o.held[0]+o.held[1], l.baskets[0]+l.baskets[1]
	both := float64(p.Both)
	p.Score = float32(min(1, both/math.Sqrt(float64(p.Left)*float64(p.Right))) * both / (both + shrink))
	return p.Right >= p.Both
}

// before puts the higher score first, then the lower item.
func before(a, b Partner) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Item, b.Item))
}

// turn begins a half: what was counted before the last one goes, and with it items that nobody buys. Cost:
// one pass over everything, some tens of milliseconds with 100,000 items.
func (l *Live) turn(half int64) {
	gone := half - l.half
	if gone <= 0 {
		return
	}
	l.half = half
	l.baskets = turned(l.baskets, gone)
	for k := range l.shards {
		s := &l.shards[k]
		s.mu.Lock()
		for item, r := range s.rows {
			r.held, r.partners = turned(r.held, gone), turned(r.partners, gone)
			if r.held == [2]int32{} {
				delete(s.rows, item)
				l.items.Add(-1)
			}
		}
		s.mu.Unlock()
	}
	for k := range l.shards {
		for item, r := range l.shards[k].rows {
			l.tell(item, r)
		}
	}
}

// turned moves this half's counts to those of the half before.
func turned[T any](was [2]T, halves int64) (now [2]T) {
	if halves == 1 {
		now[1] = was[0]
	}
	return now
}

// Ask appends to dst what is bought together with an item, the best first. It allocates nothing where dst
// has room for Partners more.
func (l *Live) Ask(item int64, dst []Partner) []Partner {
	s := l.shard(item)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rows[item]; r != nil {
		dst = append(dst, r.told[:r.n]...)
	}
	return dst
}

// Version is another number whenever Ask gives another answer for an item; 0 while there is none.
func (l *Live) Version(item int64) uint64 {
	s := l.shard(item)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.rows[item]; r != nil {
		return r.version
	}
	return 0
}

// LastVersion is the highest that was given.
func (l *Live) LastVersion() uint64 { return l.version.Load() }

// Stats returns the counts so far.
func (l *Live) Stats() LiveStats {
	return LiveStats{Items: l.items.Load(), Baskets: l.added.Load(), Oversize: l.oversize.Load(),
		Old: l.old.Load(), Refused: l.refused.Load()}
}
