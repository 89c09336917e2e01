package console

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/retail/trace"
)

// push is what a picture owes to traces: the first watcher who is sent it pays.
type push struct {
	begun time.Time
	marks []trace.Mark
	paid  atomic.Bool
}

// traceOverlap is how long an insert may take from its time stamp until it is seen.
const traceOverlap = 5 * time.Second

// maxOwed bounds the traces that a picture which nobody is sent hands on to the next.
const maxOwed = 1024

// traces follows the traced facts of one topic. It belongs to the goroutine that refreshes the topic.
type traces struct {
	since time.Time
	seen  map[trace.Mark]struct{}
}

// arrived returns the traced facts that the next picture is the first to show, nil without any. They are
// asked for before the picture, so the picture holds them. A failure costs the traces of one picture.
func (h *hub) arrived(ctx context.Context, t *topic, old *push) *push {
	if h.cfg.Tracer == nil || h.cfg.Traces == nil {
		return nil
	}
	p := &push{begun: h.cfg.Now()}
	if old != nil && old.paid.CompareAndSwap(false, true) {
		p.begun, p.marks = old.begun, old.marks
	}
	if t.traces.since.IsZero() {
		t.traces.since = p.begun
	}
	marks, newest, err := h.cfg.Traces.Traces(ctx, t.scope, t.traces.since.Add(-traceOverlap))
	if err == nil {
		p.marks = append(p.marks, t.traces.fresh(marks)...)
		t.traces.since = newest
	}
	if len(p.marks) == 0 {
		return nil
	}
	p.marks = p.marks[max(0, len(p.marks)-maxOwed):]
	return p
}

// fresh returns the marks that were not there the last time.
func (t *traces) fresh(marks []trace.Mark) (fresh []trace.Mark) {
	now := make(map[trace.Mark]struct{}, len(marks))
	for _, m := range marks {
		now[m] = struct{}{}
		if _, before := t.seen[m]; !before {
			fresh = append(fresh, m)
		}
	}
	t.seen = now
	return fresh
}

// pay ends the traces that a picture shows, once it is sent.
func (p *push) pay(tracer trace.Tracer, watcher string) {
	if p == nil || !p.paid.CompareAndSwap(false, true) {
		return
	}
	for _, m := range p.marks {
		span := tracer.Start("console.push", p.begun, m)
		span.Text("scope", watcher)
		span.End(nil)
	}
}
