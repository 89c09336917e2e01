package world

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Event is something that happens at a moment: exactly one of its fields beside AtMS is there.
type Event struct {
	AtMS    int64
	Order   *Order
	Step    *OrderStep
	Refund  *Refund
	Arrived *Arrived
	Touch   *Touch
}

// OrderStep takes an order that is paid later one step further.
type OrderStep struct {
	Order *Order
	step  step
	last  bool
}

// Arrived is a delivery to a store.
type Arrived struct {
	Store      int
	Deliveries []Delivery
}

// Feed hands out what happens in the whole chain, in order of time, for ever. It is used by one
// goroutine. It holds about two days of the chain.
type Feed struct {
	w     *World
	runs  []*Run
	queue []Event
	next  int
}

// Live returns what happens from a moment on. Getting there takes about a second for a million
// orders since the world's first day.
func (w *World) Live(ctx context.Context, from time.Time) (*Feed, error) {
	// An order of the evening before may still be on its way.
	first := max(w.cfg.Start, DayAt(from)-1)
	runs, err := w.runsAt(ctx, first)
	if err != nil {
		return nil, err
	}
	f := &Feed{w: w, runs: runs}
	for runs[0].Date() <= DayAt(from) {
		f.load()
	}
	start := from.UnixMilli()
	f.next, _ = slices.BinarySearchFunc(f.queue, start, func(e Event, at int64) int {
		return cmp.Compare(e.AtMS, at)
	})
	return f, nil
}

// Next returns the next event.
func (f *Feed) Next() Event {
	e := f.Peek()
	f.next++
	return e
}

// Peek returns what Next will return.
func (f *Feed) Peek() Event {
	// The events of a day end at the next midnight, apart from a few that reach beyond it: so the
	// following day is loaded before its first event can be due.
	for f.next == len(f.queue) || f.queue[f.next].AtMS >= midnight(f.runs[0].Date()) {
		f.load()
	}
	return f.queue[f.next]
}

// load simulates another day and merges it with what is left.
func (f *Feed) load() {
	f.queue = slices.Delete(f.queue, 0, f.next)
	f.next = 0
	for _, r := range f.runs {
		f.add(r.Next())
	}
	slices.SortStableFunc(f.queue, func(a, b Event) int { return cmp.Compare(a.AtMS, b.AtMS) })
}

func (f *Feed) add(d *Day) {
	if len(d.Deliveries) > 0 {
		f.queue = append(f.queue, Event{AtMS: d.Deliveries[0].AtMS,
			Arrived: &Arrived{Store: d.Store, Deliveries: d.Deliveries}})
	}
	for i := range d.Orders {
		o := &d.Orders[i]
		f.queue = append(f.queue, Event{AtMS: o.AtMS, Order: o})
		steps := o.steps()
		for n, s := range steps {
			f.queue = append(f.queue, Event{AtMS: o.AtMS + s.after.Milliseconds(),
				Step: &OrderStep{Order: o, step: s, last: n == len(steps)-1}})
		}
	}
	for i := range d.Refunds {
		f.queue = append(f.queue, Event{AtMS: d.Refunds[i].AtMS, Refund: &d.Refunds[i]})
	}
	touches := f.w.Browse(d)
	for i := range touches {
		f.queue = append(f.queue, Event{AtMS: touches[i].AtMS, Touch: &touches[i]})
	}
}
