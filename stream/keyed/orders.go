package keyed

import (
	"context"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/fact"
)

// Step is a point in the life of an order.
type Step uint8

// The steps. Shipped is what Ready is to an order that goes by express.
const (
	Placed Step = iota
	Paid
	Picking
	Ready
	Shipped
	Delivering
	Completed
	steps
)

// Instant is when a step was taken; the zero value is one that was not.
type Instant struct {
	At  int64 // microseconds since 1970
	Day int32
}

func (t Instant) earlier(u Instant) bool {
	switch {
	case t.At == 0:
		return false
	case u.At == 0 || t.At < u.At:
		return true
	}
	return t.At == u.At && t.Day < u.Day
}

// Order is when an order took its steps. A step that is told twice counts when it was first taken.
type Order struct {
	Took [steps]Instant
}

// Take takes a step.
func (o *Order) Take(s Step, t Instant) {
	if t.earlier(o.Took[s]) {
		o.Took[s] = t
	}
}

// Span is the time from one step to another. The values are stored: they never change.
type Span uint8

// The spans. Ready stands for ready or shipped, whichever came first.
const (
	PlacedToPaid Span = iota + 1
	PaidToPicking
	PaidToReady
	ReadyToDelivering
	DeliveringToCompleted
	PaidToCompleted
	PlacedToCompleted
	spansEnd
)

// ends returns the instants between which a span lies.
func (o *Order) ends(s Span) (since, at Instant) {
	ready := o.Took[Ready]
	if o.Took[Shipped].earlier(ready) {
		ready = o.Took[Shipped]
	}
	switch s {
	case PlacedToPaid:
		return o.Took[Placed], o.Took[Paid]
	case PaidToPicking:
		return o.Took[Paid], o.Took[Picking]
	case PaidToReady:
		return o.Took[Paid], ready
	case ReadyToDelivering:
		return ready, o.Took[Delivering]
	case DeliveringToCompleted:
		return o.Took[Delivering], o.Took[Completed]
	case PaidToCompleted:
		return o.Took[Paid], o.Took[Completed]
	}
	return o.Took[Placed], o.Took[Completed]
}

// stepOf maps the kinds of event to steps.
func stepOf(kind event.Kind) (Step, bool) {
	switch kind {
	case event.KindOrderPlaced:
		return Placed, true
	case event.KindOrderPaid:
		return Paid, true
	case event.KindOrderPicking:
		return Picking, true
	case event.KindOrderReady:
		return Ready, true
	case event.KindOrderShipped:
		return Shipped, true
	case event.KindOrderDelivering:
		return Delivering, true
	case event.KindOrderCompleted:
		return Completed, true
	}
	return 0, false
}

// See adds a row of the steps. Every step says when its order was placed, but not on which day: that is
// taken to be the day of the step, and nothing is counted by it.
func (o *Order) See(kind event.Kind, at Instant, placedUS int64, paid bool) {
	s, ok := stepOf(kind)
	if !ok {
		return
	}
	o.Take(s, at)
	if kind == event.KindOrderPlaced && paid {
		o.Take(Paid, at)
	}
	if placedUS != 0 {
		o.Take(Placed, Instant{At: placedUS})
	}
}

// spanned reports whether row i belongs to an order whose spans are of interest: goods that are carried
// out of the store are paid and handed over in one step.
func spanned(t *fact.OrderSteps, i int) bool {
	_, ok := stepOf(event.Kind(t.Step[i]))
	return ok && t.Order[i] != 0 && t.Fulfilment[i] > uint8(retail.CarryOut)
}

func (k *Books) deriveOrders(ctx context.Context, p Past, b *fact.Batch) error {
	t, book := &b.OrderSteps, k.orders
	for i := range t.Len() {
		if spanned(t, i) {
			book.want(t.Order[i])
		} else {
			book.skip()
		}
	}
	if len(book.entries) == 0 {
		return nil
	}
	if err := k.placed.fill(ctx, k.memory, p); err != nil {
		return err
	}
	if err := book.load(ctx, p); err != nil {
		return err
	}
	for i := range t.Len() {
		e := book.of(i)
		if e == nil {
			continue
		}
		was := e.now
		e.now.See(event.Kind(t.Step[i]), Instant{t.At[i], t.Day[i]}, t.Placed[i], t.Paid[i])
		appendSpans(&b.OrderSpans, t, i, &was, &e.now)
	}
	return nil
}

// appendSpans writes which spans row i of the steps changed.
func appendSpans(out *fact.OrderSpans, t *fact.OrderSteps, i int, was, now *Order) {
	for s := PlacedToPaid; s < spansEnd; s++ {
		oldSince, oldAt := was.ends(s)
		since, at := now.ends(s)
		if oldSince.At == since.At && oldAt == at {
			continue
		}
		appendSpan(out, t, i, s, -1, oldSince, oldAt)
		appendSpan(out, t, i, s, 1, since, at)
	}
}

func appendSpan(out *fact.OrderSpans, t *fact.OrderSteps, i int, s Span, n int8, since, at Instant) {
	if since.At == 0 || at.At == 0 {
		return
	}
	out.Add(t.Partition[i], t.Offset[i], uint32(out.Len()), t.Committed[i])
	out.Order, out.Span, out.N = append(out.Order, t.Order[i]), append(out.Span, uint8(s)), append(out.N, n)
	out.Store, out.Channel = append(out.Store, t.Store[i]), append(out.Channel, t.Channel[i])
	out.Fulfilment = append(out.Fulfilment, t.Fulfilment[i])
	out.Since, out.At = append(out.Since, since.At), append(out.At, at.At)
	out.Day = append(out.Day, at.Day)
	out.Seconds = append(out.Seconds, max(0, (at.At-since.At)/1e6))
	out.Simulated = append(out.Simulated, t.Simulated[i])
}
