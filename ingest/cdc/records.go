package cdc

import (
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// The bounds of a chunk: the frames that share memory and are acknowledged together. Small enough that
// one late record does not hold much memory, large enough that a record costs a small part of an
// allocation.
const (
	chunkRecords = 256
	chunkBytes   = 256 << 10
)

// headersPerRecord is the number of CloudEvents headers of a fact.
const headersPerRecord = 6

// chunk is a run of records of one transaction. Its memory is taken at once and freed when the last
// record is acknowledged.
type chunk struct {
	session *session
	txn     *txn
	first   event.Position
	at      time.Time // of the commit
	records []kafka.Record
	bytes   int
	pending atomic.Int32
	failed  atomic.Bool
	spans   []trace.Span // of the facts that are traced; they end with the chunk
}

// place returns where a record was to go, and its position.
func (c *chunk) place(i int) (kafka.Partition, event.Position) {
	r := &c.records[i]
	return kafka.Partition{Topic: r.Topic, ID: r.Partition},
		event.Position{Commit: c.first.Commit, Index: c.first.Index + uint32(i)}
}

// done is called by the log once for each record.
func (c *chunk) done(err error) {
	if err != nil {
		c.failed.Store(true)
		c.session.out.fail(err)
	}
	if c.pending.Add(-1) == 0 {
		c.session.chunkDone(c)
	}
}

// labels are the header values that are the same for many records.
type labels struct {
	kinds       [256][]byte
	source      []byte
	specVersion []byte
	contentType []byte
}

func newLabels(source string) *labels {
	l := &labels{
		source:      []byte(source),
		specVersion: []byte(event.SpecVersion),
		contentType: []byte(event.ContentType),
	}
	for k := range l.kinds {
		l.kinds[k] = []byte(event.Kind(k).String())
	}
	return l
}

// fill makes the records of the frames, whose bytes it copies. clock is the commit time as text.
func (c *chunk) fill(l *labels, frames []event.Frame, clock []byte) {
	const keyAndID = 20 + 25
	at := c.first
	size := len(frames) * keyAndID
	for _, f := range frames {
		size += len(f.Wire)
	}
	slab := make([]byte, 0, size)
	cut := func(from int) []byte { return slab[from:len(slab):len(slab)] }
	c.records = make([]kafka.Record, len(frames))
	headers := make([]kafka.Header, len(frames)*headersPerRecord)
	for i, f := range frames {
		start := len(slab)
		slab = append(slab, f.Wire...)
		value := cut(start)
		start = len(slab)
		slab = strconv.AppendInt(slab, f.Key, 10)
		key := cut(start)
		start = len(slab)
		slab = at.Append(slab)
		h := headers[i*headersPerRecord : (i+1)*headersPerRecord : (i+1)*headersPerRecord]
		h[0] = kafka.Header{Key: event.HeaderID, Value: cut(start)}
		h[1] = kafka.Header{Key: event.HeaderType, Value: l.kinds[f.Kind]}
		h[2] = kafka.Header{Key: event.HeaderSource, Value: l.source}
		h[3] = kafka.Header{Key: event.HeaderTime, Value: clock}
		h[4] = kafka.Header{Key: event.HeaderSpecVersion, Value: l.specVersion}
		h[5] = kafka.Header{Key: event.HeaderContentType, Value: l.contentType}
		if f.Trace.Traced() {
			h = append(h, c.traced(f.Trace))
		}
		c.records[i] = kafka.Record{
			Topic: string(f.Kind.Topic()), Key: key, Value: value, Headers: h, Timestamp: c.at,
		}
		at.Index++
	}
	c.bytes = size
}

// traced starts the span of a traced fact and returns the header that carries the trace on.
func (c *chunk) traced(m trace.Mark) kafka.Header {
	if tracer := c.session.relay.cfg.Tracer; tracer != nil {
		span := tracer.Start("relay", c.at, m)
		c.spans, m = append(c.spans, span), span.Mark()
	}
	return kafka.Header{Key: event.HeaderTrace, Value: m.Append(nil)}
}

func (c *chunk) endSpans() {
	var err error
	if c.failed.Load() {
		err = errNotTaken
	}
	for _, span := range c.spans {
		span.End(err)
	}
}

var errNotTaken = errors.New("the log has not taken a record of the chunk")
