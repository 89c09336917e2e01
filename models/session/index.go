package session

import (
	"slices"
	"sync/atomic"

	"github.com/tillstream/tillstream/models/history"
)

// record is one session as it was at one time; it is never changed, a further click makes another one.
type record struct {
	number uint32
	open   bool  // it was begun by a click
	key    int64 // of the visitor, if so
	time   int64 // of the last click
	items  []int32
}

// Index keeps the newest sessions. One goroutine writes (Add, Click, End), any number read (Reader).
//
// Sessions are numbered as they begin; session n lies in slot n modulo the capacity, so that a new one
// takes the place of the oldest; the numbers last for four thousand million sessions. Rejected:
// segments that are merged in the background, as search engines have them; they make a click wait for
// the next segment, and an answer ask each of them.
type Index struct {
	cfg      Config
	postings []atomic.Pointer[posting]
	holders  []atomic.Int32 // kept sessions that hold the item
	slots    []atomic.Pointer[record]
	kept     atomic.Int32
	newest   atomic.Int64 // time
	next     atomic.Uint32
	running  map[int64]uint32
	refused  atomic.Int64
}

// New makes an index without sessions, for the items 0 … items-1. Cost: 20 bytes an item, 8 a session.
func New(items int, cfg Config) *Index {
	cfg = cfg.orDefault()
	return &Index{cfg: cfg, postings: make([]atomic.Pointer[posting], items),
		holders: make([]atomic.Int32, items), slots: make([]atomic.Pointer[record], cfg.Sessions),
		running: map[int64]uint32{}}
}

// Fit makes an index of finished sessions, oldest first as history has them; the newest Config.Sessions
// stay.
func Fit(s *history.Sessions, cfg Config) *Index {
	x := New(s.Items.Len(), cfg)
	for n := max(0, s.Len()-x.cfg.Sessions); n < s.Len(); n++ {
		x.Add(s.Clicks(int32(n)), s.Time[n])
	}
	return x
}

// Items is how many items the index knows.
func (x *Index) Items() int { return len(x.postings) }

// Len is how many sessions are kept.
func (x *Index) Len() int { return int(x.kept.Load()) }

// Refused is how many clicks were left out: on items that are not known, or beyond the length of a
// session.
func (x *Index) Refused() int64 { return x.refused.Load() }

// Add keeps a finished session, its clicks in order.
func (x *Index) Add(clicks []int32, time int64) {
	items := make([]int32, 0, min(len(clicks), x.cfg.Length))
	for _, item := range clicks {
		if x.room(items, item) {
			items = append(items, item)
		}
	}
	if len(items) == 0 {
		return
	}
	r := x.begin(time)
	r.items = items
	x.publish(r)
	for _, item := range items {
		x.post(item, r.number)
	}
}

// Click adds a click to the running session of the key, or begins one. An item that the session holds
// already only keeps it awake. Cost: less than a microsecond, mostly.
func (x *Index) Click(key int64, item int32, time int64) {
	r := x.of(key, time)
	if r == nil {
		if !x.room(nil, item) {
			return
		}
		r = x.begin(time)
		x.running[key] = r.number
	}
	more := &record{number: r.number, open: true, key: key, time: max(r.time, time), items: r.items}
	fresh := x.room(r.items, item)
	if fresh {
		// Readers of r see its own length only; what is written behind it is the writer's.
		more.items = append(r.items, item)
	}
	x.publish(more)
	if fresh {
		x.post(item, r.number)
	}
}

// End says that the visitor of the key has gone: the next click begins a new session.
func (x *Index) End(key int64) { delete(x.running, key) }

// of returns the running session of the key, if it still runs.
func (x *Index) of(key, time int64) *record {
	number, ok := x.running[key]
	if !ok {
		return nil
	}
	if r := x.at(number); r != nil && time-r.time <= x.cfg.Gap {
		return r
	}
	delete(x.running, key)
	return nil
}

// room reports whether the session of these items takes the item.
func (x *Index) room(items []int32, item int32) bool {
	if item < 0 || int(item) >= len(x.postings) {
		x.refused.Add(1)
		return false
	}
	if slices.Contains(items, item) {
		return false
	}
	if len(items) >= x.cfg.Length {
		x.refused.Add(1)
		return false
	}
	return true
}

// begin takes the next number, and the slot of the oldest session.
func (x *Index) begin(time int64) *record {
	r := &record{number: x.next.Load(), time: time}
	x.next.Add(1)
	slot := &x.slots[r.number%uint32(len(x.slots))]
	if old := slot.Load(); old != nil {
		for _, item := range old.items {
			x.holders[item].Add(-1)
		}
		if number, runs := x.running[old.key]; old.open && runs && number == old.number {
			delete(x.running, old.key)
		}
	} else {
		x.kept.Add(1)
	}
	return r
}

func (x *Index) publish(r *record) {
	x.slots[r.number%uint32(len(x.slots))].Store(r)
	if r.time > x.newest.Load() {
		x.newest.Store(r.time)
	}
}

func (x *Index) post(item int32, number uint32) {
	p := x.postings[item].Load()
	if q := p.with(number, x.cfg.Recent); q != p {
		x.postings[item].Store(q)
	}
	x.holders[item].Add(1)
}

// at returns the session of the number, or nil once it has left.
func (x *Index) at(number uint32) *record {
	if r := x.slots[number%uint32(len(x.slots))].Load(); r != nil && r.number == number {
		return r
	}
	return nil
}
