package neighbour

import (
	"sync/atomic"

	"github.com/tillstream/tillstream/models/list"
)

// Live counts baskets and sessions as they come, while any number of goroutines read the lists. One
// goroutine writes: adding only counts and notes whose lists are stale; Refresh makes those anew and
// swaps each by one pointer, so that a reader always sees a whole list. Rejected: scoring on every
// basket; a popular item would be scored thousands of times for each time that somebody reads it.
//
// A list also depends on how popular its partners are and on the number of baskets; that part is as old
// as the item's own last basket. RefreshAll ends at the same lists as Fit.
type Live struct {
	cfg   Config
	from  Sources
	rows  []atomic.Pointer[Row]
	stale []int32
	noted []bool
	mix   *mix
	buf   []list.Scored
}

// NewLive takes the counts over and makes all lists. A source that is absent counts nothing.
func NewLive(s Sources, cfg Config) (*Live, error) {
	items, err := s.items()
	if err != nil {
		return nil, err
	}
	l := &Live{cfg: cfg.orDefault(), from: s, rows: make([]atomic.Pointer[Row], items),
		noted: make([]bool, items), mix: newMix(items)}
	l.RefreshAll()
	return l, nil
}

// Buy counts a basket.
func (l *Live) Buy(items []int32) { l.note(l.from.Bought, items, (*Counts).Add) }

// Unbuy takes a counted basket out again.
func (l *Live) Unbuy(items []int32) { l.note(l.from.Bought, items, (*Counts).Remove) }

// Visit counts a session that has ended.
func (l *Live) Visit(items []int32) { l.note(l.from.Visited, items, (*Counts).Add) }

func (l *Live) note(c *Counts, items []int32, count func(*Counts, []int32) []int32) {
	if c == nil {
		return
	}
	for _, item := range count(c, items) {
		if !l.noted[item] {
			l.noted[item] = true
			l.stale = append(l.stale, item)
		}
	}
}

// Refresh makes up to limit stale lists anew, those that became stale first, and returns how many are
// left. Cost: the partners of each, some microseconds; it allocates the new lists.
func (l *Live) Refresh(limit int) int {
	n := min(max(0, limit), len(l.stale))
	for _, item := range l.stale[:n] {
		l.noted[item] = false
		l.make(item)
	}
	l.stale = append(l.stale[:0], l.stale[n:]...)
	return len(l.stale)
}

// RefreshAll makes every list anew.
func (l *Live) RefreshAll() {
	for item := range l.rows {
		l.make(int32(item))
	}
	l.stale = l.stale[:0]
	clear(l.noted)
}

func (l *Live) make(item int32) {
	l.buf = l.from.score(l.mix, l.buf, item, &l.cfg)
	n := len(l.buf)
	r := &Row{Item: make([]int32, n), Score: make([]float32, n), Kind: make([]Kind, n)}
	for i, s := range l.buf {
		r.Item[i], r.Score[i], r.Kind[i] = s.Item, s.Score, l.mix.kind[s.Item]
	}
	l.rows[item].Store(r)
}

// Of returns the neighbours of an item as they are now; one that is not known has none. Any goroutine
// may call it.
func (l *Live) Of(item int32) Row {
	if item < 0 || int(item) >= len(l.rows) {
		return Row{}
	}
	return *l.rows[item].Load()
}
