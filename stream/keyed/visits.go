package keyed

import (
	"context"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// VisitKey names a visit: a session on one business day at one store through one channel. The day is
// part of the name, so that a visit ends with its day at the latest, by the time of its events and not
// by a timer, and belongs to one row of every rollup.
type VisitKey struct {
	Day     int32
	Store   int32
	Channel uint8
	Session uint64
}

// Visit is how a visit stands. The zero value is one that nothing was heard of.
type Visit struct {
	First, Last           int64 // microseconds since 1970
	Pages, Actions, Carts int64
	Visitor               uint64
	Member                int64
	Ordered, Simulated    bool
}

// see adds an event. Additions and extremes commute, so the order of events does not matter.
func (v *Visit) see(t *fact.Behaviours, i int) {
	if at := t.At[i]; v.Actions == 0 {
		v.First, v.Last = at, at
	} else {
		v.First, v.Last = min(v.First, at), max(v.Last, at)
	}
	v.Actions++
	switch event.Kind(t.Kind[i]) {
	case event.KindView, event.KindSearch:
		v.Pages++
	case event.KindAddToCart:
		v.Carts++
	}
	v.Visitor, v.Member = max(v.Visitor, t.Visitor[i]), max(v.Member, t.Member[i])
	v.Ordered = v.Ordered || t.Order[i] != 0
	v.Simulated = v.Simulated || t.Simulated[i]
}

// measure is what a visit adds to the sums.
type measure struct {
	seconds, pages, actions             int64
	visits, bounces, carts, orderVisits int8
}

// measure: a bounce is a visit of at most one page that put nothing into the cart and led to no order.
func (v *Visit) measure() measure {
	if v.Actions == 0 {
		return measure{}
	}
	return measure{
		seconds: (v.Last - v.First) / 1e6, pages: v.Pages, actions: v.Actions, visits: 1,
		bounces:     one(v.Pages <= 1 && v.Carts == 0 && !v.Ordered),
		carts:       one(v.Carts > 0),
		orderVisits: one(v.Ordered),
	}
}

func one(b bool) int8 {
	if b {
		return 1
	}
	return 0
}

func (k *Books) deriveVisits(ctx context.Context, p Past, b *fact.Batch) error {
	t, book := &b.Behaviours, k.visits
	for i := range t.Len() {
		if t.First[i] == 0 || t.Session[i] == 0 {
			book.skip()
			continue
		}
		book.want(VisitKey{t.Day[i], t.Store[i], t.Channel[i], t.Session[i]})
	}
	if len(book.entries) == 0 {
		return nil
	}
	if err := k.known.fill(ctx, k.memory, p, t.Day[t.Len()/2]); err != nil {
		return err
	}
	if err := book.load(ctx, p); err != nil {
		return err
	}
	for i := range t.Len() {
		if e := book.of(i); e != nil {
			e.now.see(t, i)
		}
	}
	for n := range book.entries {
		e := &book.entries[n]
		b.Visits.Add(t.Partition[e.row], t.Offset[e.row], uint32(n), t.Committed[e.row])
		appendVisit(&b.Visits, e.key, &e.now, e.was.measure())
	}
	return nil
}

func appendVisit(t *fact.Visits, k VisitKey, v *Visit, was measure) {
	now := v.measure()
	t.Day, t.Store = append(t.Day, k.Day), append(t.Store, k.Store)
	t.Channel, t.Session = append(t.Channel, k.Channel), append(t.Session, k.Session)
	t.Visitor, t.Member = append(t.Visitor, v.Visitor), append(t.Member, v.Member)
	t.First, t.Last = append(t.First, v.First), append(t.Last, v.Last)
	t.Pages, t.Actions = append(t.Pages, v.Pages), append(t.Actions, v.Actions)
	t.Carts, t.Ordered = append(t.Carts, v.Carts), append(t.Ordered, v.Ordered)
	t.MoreVisits = append(t.MoreVisits, now.visits-was.visits)
	t.MoreSeconds = append(t.MoreSeconds, now.seconds-was.seconds)
	t.MorePages = append(t.MorePages, now.pages-was.pages)
	t.MoreActions = append(t.MoreActions, now.actions-was.actions)
	t.MoreBounces = append(t.MoreBounces, now.bounces-was.bounces)
	t.MoreCartVisits = append(t.MoreCartVisits, now.carts-was.carts)
	t.MoreOrderVisits = append(t.MoreOrderVisits, now.orderVisits-was.orderVisits)
	t.Simulated = append(t.Simulated, v.Simulated)
}
