package gateway

import (
	"crypto/rand"
	"time"

	"github.com/valyala/fasthttp"
)

// retryAfter is what a caller is told to wait when the log is slow.
const retryAfter = 2 * time.Second

// accept takes the events of a request and says what became of each.
func (g *Gateway) accept(b *batch, c caller, now time.Time) []outcome {
	rows := make([]outcome, len(b.rows))
	held := make([]*claim, len(b.rows)) // events that this request or another is writing already
	s := &shipment{}
	for i := range b.rows {
		rows[i], held[i] = g.prepare(b, i, c, now, s)
	}
	if len(s.events) > 0 {
		if g.reserve(len(s.events)) {
			g.ship(s, now)
		} else {
			g.stats.overflow.Add(int64(len(s.events)))
			for _, e := range s.events {
				e.fate.Store(fateFailed)
				if e.claim != nil {
					g.window.settle(e.claim, false)
				}
			}
		}
	}
	for _, e := range s.events {
		if e.fate.Load() == fateStored {
			rows[e.row] = outcome{status: fasthttp.StatusAccepted}
		} else {
			rows[e.row] = unstored()
		}
	}
	for i, h := range held {
		switch {
		case h == nil:
		case g.window.isStored(h):
			g.stats.duplicates.Add(1)
			rows[i] = outcome{status: fasthttp.StatusOK}
		default:
			rows[i] = unstored()
		}
	}
	for i := range rows {
		rows[i].strange = b.rows[i].strange && rows[i].refusal == nil
	}
	return rows
}

// prepare checks one row and adds it to the shipment. A claim is returned when the event is known
// already.
func (g *Gateway) prepare(b *batch, i int, c caller, now time.Time, s *shipment,
) (outcome, *claim) {
	e := &b.rows[i]
	visitor := g.pseudonym(visitorDomain, e.visitor)
	if len(b.faults[i]) == 0 && c.limited {
		if wait, ok := g.visitors.take(visitor, 1, now); !ok {
			return outcome{status: fasthttp.StatusTooManyRequests, refusal: refuse(
				fasthttp.StatusTooManyRequests, "too-many-events", "The visitor sends too many events",
				"").later(wait)}, nil
		}
	}
	if len(b.faults[i]) == 0 {
		if !e.hasID {
			_, _ = rand.Read(e.id[:]) // never fails
		}
		if m := g.compose(b, i, visitor, now); m != nil {
			return g.load(e, i, visitor, s, func(x *sent) error { return s.add(x, m) })
		}
	}
	g.stats.refused.Add(1)
	return outcome{status: fasthttp.StatusUnprocessableEntity, refusal: refuse(
		fasthttp.StatusUnprocessableEntity, "invalid-event", "The event is invalid",
		"").naming(b.faults[i])}, nil
}

// load claims the event and puts it into the shipment.
func (g *Gateway) load(e *row, i int, visitor uint64, s *shipment, add func(*sent) error,
) (outcome, *claim) {
	x := &sent{row: i, kind: e.form.kind, visitor: visitor}
	if e.hasID {
		claim, mine := g.window.claim(eventKey{e.id, visitor})
		if !mine {
			return outcome{}, claim
		}
		x.claim = claim
	}
	if err := add(x); err != nil {
		if x.claim != nil {
			g.window.settle(x.claim, false)
		}
		g.stats.refused.Add(1)
		return outcome{status: fasthttp.StatusUnprocessableEntity, refusal: refuse(
			fasthttp.StatusUnprocessableEntity, "invalid-event", "The event cannot be encoded",
			err.Error())}, nil
	}
	return outcome{}, nil
}

func unstored() outcome {
	return outcome{status: fasthttp.StatusServiceUnavailable, refusal: refuse(
		fasthttp.StatusServiceUnavailable, "log-unavailable", "The event is not stored yet",
		"send it again with the same event_id").later(retryAfter)}
}
