package cdc

import (
	"errors"
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

type relayed struct {
	parent trace.Mark
	ended  []error
}

func (r *relayed) Root(string, func() string) trace.Span { return nil }

func (r *relayed) Start(_ string, _ time.Time, parent trace.Mark, _ ...trace.Mark) trace.Span {
	r.parent = parent
	return r
}

func (r *relayed) Mark() trace.Mark    { return trace.Mark{Trace: r.parent.Trace, Span: [8]byte{9}} }
func (r *relayed) Count(string, int64) {}
func (r *relayed) Text(string, string) {}
func (r *relayed) End(err error)       { r.ended = append(r.ended, err) }

func TestATracedFactBearsItsTraceOn(t *testing.T) {
	mark := trace.Mark{Trace: [16]byte{1}, Span: [8]byte{2}}
	frames := []event.Frame{{Kind: event.KindOrderPlaced, Wire: []byte("a")},
		{Kind: event.KindOrderPlaced, Wire: []byte("b"), Trace: mark}}
	f := func(tracer trace.Tracer, want trace.Mark) *chunk {
		t.Helper()
		c := &chunk{session: &session{relay: &Relay{cfg: Config{Tracer: tracer}}}}
		c.fill(newLabels("/source"), frames, []byte("2026-01-01T00:00:00Z"))
		if n := len(c.records[0].Headers); n != headersPerRecord {
			t.Errorf("a fact without a trace has %d headers", n)
		}
		last := c.records[1].Headers[headersPerRecord]
		if last.Key != event.HeaderTrace || string(last.Value) != want.String() {
			t.Errorf("the header is %s: %s, want %s", last.Key, last.Value, want)
		}
		return c
	}
	// Without a tracer the trace passes through.
	f(nil, mark)
	span := &relayed{}
	c := f(span, trace.Mark{Trace: mark.Trace, Span: [8]byte{9}})
	c.endSpans()
	c.failed.Store(true)
	c.endSpans()
	if span.parent != mark || len(span.ended) != 2 || span.ended[0] != nil ||
		!errors.Is(span.ended[1], errNotTaken) {
		t.Errorf("the span stands below %v and ended with %v", span.parent, span.ended)
	}
}
