package keyed

import "math/bits"

// shelf is a level as it is kept: what the warehouse would tell of it. Version 0 is a free row.
type shelf struct {
	sku, version, at                  int64
	store, onHand, reserved, category int32
}

// shelves keeps levels by hashing with linear probing. A row takes 40 bytes and rows are filled to between
// 70 and 88 parts of 100, half of what a map of levels takes, and the collector looks into none of them: a
// chain has a thousand shelves for each visit that goes on. The table is cut into parts that grow one at a
// time, so that growing needs little room.
type shelves struct {
	parts [partCount]shelfPart
	n     int
}

const (
	partCount = 64
	partBits  = 6
	leastRows = 16
)

type shelfPart struct {
	rows []shelf
	n    int
}

// spread makes neighbours in a chain strangers in the table.
func (k StockKey) spread() uint64 {
	_, h := mix(k.hash())
	return h
}

func (s *shelves) part(h uint64) *shelfPart { return &s.parts[h>>(64-partBits)] }

// home is the row where the probing for a key begins.
func (p *shelfPart) home(h uint64) int {
	high, _ := bits.Mul64(h<<partBits, uint64(len(p.rows)))
	return int(high)
}

func (p *shelfPart) next(i int) int {
	if i++; i == len(p.rows) {
		return 0
	}
	return i
}

// seek returns the row of a key, or the free one where it belongs.
func (p *shelfPart) seek(k StockKey, h uint64) int {
	i := p.home(h)
	for {
		r := &p.rows[i]
		if r.version == 0 || r.sku == k.SKU && r.store == k.Store {
			return i
		}
		i = p.next(i)
	}
}

func (s *shelves) get(k StockKey) (Level, bool) {
	h := k.spread()
	p := s.part(h)
	if p.n == 0 {
		return Level{}, false
	}
	r := &p.rows[p.seek(k, h)]
	return Level{Version: r.version, At: r.at, OnHand: r.onHand, Reserved: r.reserved,
		Category: r.category}, r.version > 0
}

func (s *shelves) put(k StockKey, l Level) {
	h := k.spread()
	p := s.part(h)
	if (p.n+1)*8 > len(p.rows)*7 {
		p.grow()
	}
	r := &p.rows[p.seek(k, h)]
	if r.version == 0 {
		p.n++
		s.n++
	}
	*r = shelf{k.SKU, l.Version, l.At, k.Store, l.OnHand, l.Reserved, l.Category}
}

func (p *shelfPart) grow() {
	old := p.rows
	p.rows = make([]shelf, max(leastRows, len(old)+len(old)/4))
	for _, r := range old {
		if r.version > 0 {
			k := StockKey{r.store, r.sku}
			p.rows[p.seek(k, k.spread())] = r
		}
	}
}

// remove frees the row of a key and moves up those behind it that would no longer be found.
func (s *shelves) remove(k StockKey) {
	h := k.spread()
	p := s.part(h)
	if p.n == 0 {
		return
	}
	free := p.seek(k, h)
	if p.rows[free].version == 0 {
		return
	}
	p.n--
	s.n--
	for i := p.next(free); p.rows[i].version > 0; i = p.next(i) {
		r := p.rows[i]
		home := p.home(StockKey{r.store, r.sku}.spread())
		if p.behind(home, i) >= p.behind(free, i) {
			p.rows[free], free = r, i
		}
	}
	p.rows[free] = shelf{}
}

// behind is how many steps row i comes after another.
func (p *shelfPart) behind(other, i int) int {
	if i < other {
		i += len(p.rows)
	}
	return i - other
}

func (s *shelves) len() int { return s.n }

// empty forgets all and gives the room back.
func (s *shelves) empty() { *s = shelves{} }
