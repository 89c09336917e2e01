package stream

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/retail/trace"
)

// head is what the headers of a record say.
type head struct {
	kind        event.Kind
	source      uint64
	at          event.Position
	committedUS int64
	trace       trace.Mark
}

var (
	errNoHeader    = errors.New("a header is missing")
	errWrongTopic  = errors.New("the kind belongs on another topic")
	errWrongHeader = errors.New("a header cannot be read")
)

// reader decodes records into messages that it reuses. Neighbours mostly share their source and
// often their kind, so it remembers the last of each.
type reader struct {
	messages   [256]event.Message
	kindName   []byte
	kind       event.Kind
	sourceName []byte
	source     uint64
	timeText   []byte
	timeUS     int64
	act        event.Act
}

// head reads the headers. What it refuses is poison.
func (d *reader) head(r *kafka.Record) (head, error) {
	var h head
	var haveID, haveType, haveSource, haveTime bool
	for i := range r.Headers {
		name, value := r.Headers[i].Key, r.Headers[i].Value
		switch name {
		case event.HeaderID:
			at, err := event.ParsePosition(value)
			if err != nil {
				return h, err
			}
			h.at, haveID = at, true
		case event.HeaderType:
			kind, err := d.kindOf(value)
			if err != nil {
				return h, err
			}
			h.kind, haveType = kind, true
		case event.HeaderSource:
			h.source, haveSource = d.sourceOf(value), len(value) > 0
		case event.HeaderTime:
			us, err := d.timeOf(value)
			if err != nil {
				return h, fmt.Errorf("%w: %s %.40q", errWrongHeader, name, value)
			}
			h.committedUS, haveTime = us, true
		case event.HeaderTrace:
			h.trace = trace.Parse(value)
		}
	}
	switch {
	case !haveID:
		return h, fmt.Errorf("%w: %s", errNoHeader, event.HeaderID)
	case !haveType:
		return h, fmt.Errorf("%w: %s", errNoHeader, event.HeaderType)
	case !haveSource:
		return h, fmt.Errorf("%w: %s", errNoHeader, event.HeaderSource)
	case !haveTime:
		return h, fmt.Errorf("%w: %s", errNoHeader, event.HeaderTime)
	}
	if string(h.kind.Topic()) != r.Topic {
		return h, fmt.Errorf("%w: %s on %s", errWrongTopic, h.kind, h.kind.Topic())
	}
	return h, nil
}

func (d *reader) kindOf(name []byte) (event.Kind, error) {
	// Fast path.
	if len(name) > 0 && bytes.Equal(name, d.kindName) {
		return d.kind, nil
	}
	// Slow path.
	kind, ok := event.ParseKind(string(name))
	if !ok {
		return 0, event.UnknownType(name)
	}
	d.kindName, d.kind = append(d.kindName[:0], name...), kind
	return kind, nil
}

// timeOf reads a time; the facts of one transaction or request share theirs.
func (d *reader) timeOf(text []byte) (us int64, err error) {
	// Fast path.
	if len(text) > 0 && bytes.Equal(text, d.timeText) {
		return d.timeUS, nil
	}
	// Slow path.
	var t time.Time
	if err := t.UnmarshalText(text); err != nil {
		return 0, err
	}
	d.timeText, d.timeUS = append(d.timeText[:0], text...), t.UnixMicro()
	return d.timeUS, nil
}

func (d *reader) sourceOf(name []byte) uint64 {
	if !bytes.Equal(name, d.sourceName) {
		d.sourceName, d.source = append(d.sourceName[:0], name...), sourceID(name)
	}
	return d.source
}

// message decodes the value; the message is good until the next of its kind.
func (d *reader) message(kind event.Kind, value []byte) (event.Message, error) {
	m := d.messages[kind]
	if m == nil {
		m, err := event.Decode(kind, value)
		if err == nil {
			d.messages[kind] = m
		}
		return m, err
	}
	return m, event.DecodeInto(kind, value, m)
}
