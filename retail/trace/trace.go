// Package trace carries one sampled order through the chain, from its request to the figure on a
// screen. In: the W3C traceparent of a request. Out: the same trace at every later step, in the frame of
// an event, the header of a record and a row of the warehouse.
//
// Nothing here records spans. Whoever takes part starts them through a Tracer, which the program joins
// to a tracing library or leaves out; without one, and for orders that are not sampled, there is no Mark
// and every step does what it did before.
package trace

import (
	"context"
	"encoding/hex"
	"time"
)

// Mark is the place of a sampled span: what crosses a wire. The zero Mark is no trace.
type Mark struct {
	Trace [16]byte
	Span  [8]byte
}

// MarkBytes is the length of a mark within a packet.
const MarkBytes = 16 + 8

// textBytes is the length of a traceparent of version 00.
const textBytes = 2 + 1 + 32 + 1 + 16 + 1 + 2

// Traced reports whether there is a trace.
func (m Mark) Traced() bool { return m != Mark{} }

// Append appends the mark as traceparent.
func (m Mark) Append(dst []byte) []byte {
	dst = append(dst, "00-"...)
	dst = hex.AppendEncode(dst, m.Trace[:])
	dst = append(dst, '-')
	dst = hex.AppendEncode(dst, m.Span[:])
	return append(dst, "-01"...)
}

// String is the mark as traceparent.
func (m Mark) String() string { return string(m.Append(nil)) }

// Parse reads a traceparent. It returns no mark for one that is malformed or not sampled: both mean that
// nobody wants to see the trace.
func Parse(b []byte) Mark {
	var m Mark
	var flags, version [1]byte
	if len(b) < textBytes || b[2] != '-' || b[35] != '-' || b[52] != '-' {
		return Mark{}
	}
	fields := []struct {
		into []byte
		from []byte
	}{{version[:], b[:2]}, {m.Trace[:], b[3:35]}, {m.Span[:], b[36:52]}, {flags[:], b[53:55]}}
	for _, f := range fields {
		if _, err := hex.Decode(f.into, f.from); err != nil {
			return Mark{}
		}
	}
	later := version[0] != 0 && (len(b) == textBytes || b[textBytes] == '-')
	known := version[0] == 0 && len(b) == textBytes
	if version[0] == 0xff || !known && !later || flags[0]&1 == 0 ||
		m.Trace == [16]byte{} || m.Span == [8]byte{} {
		return Mark{}
	}
	return m
}

type key struct{}

// With returns a context that carries the mark.
func With(ctx context.Context, m Mark) context.Context {
	if !m.Traced() {
		return ctx
	}
	return context.WithValue(ctx, key{}, m)
}

// From returns the mark that a context carries.
func From(ctx context.Context) Mark {
	m, _ := ctx.Value(key{}).(Mark)
	return m
}

// Tracer starts spans.
type Tracer interface {
	// Root starts the span of a request that came with this traceparent, or with "". It is nil when the
	// request is not sampled; name is asked only when it is.
	Root(traceparent string, name func() string) Span
	// Start starts a span below the parent at the given time, which other spans led to as well.
	Start(name string, at time.Time, parent Mark, links ...Mark) Span
}

// Span is a step that takes time.
type Span interface {
	// Mark is what the next step starts from.
	Mark() Mark
	// Count and Text note what was done.
	Count(name string, n int64)
	Text(name, value string)
	// End ends the span; an error marks it as failed.
	End(err error)
}
