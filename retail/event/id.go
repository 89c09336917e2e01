package event

import (
	"encoding/hex"
	"fmt"
)

// Position is where a fact stands in the history of its source: the commit LSN of its transaction and
// its index there. Several facts share an LSN, so the LSN alone identifies nothing. Sources without a
// database count Commit up by themselves.
type Position struct {
	Commit uint64
	Index  uint32
}

// Above reports whether p lies after q in the same source.
func (p Position) Above(q Position) bool {
	return p.Commit > q.Commit || p.Commit == q.Commit && p.Index > q.Index
}

// positionLen is the length of a position as text: 16 hex digits, a dash, 8 hex digits.
const positionLen = 25

// Append appends the text form of p, the CloudEvents id: fixed width, so that text order is position
// order.
func (p Position) Append(dst []byte) []byte {
	var raw [12]byte
	for i := range 8 {
		raw[i] = byte(p.Commit >> (56 - 8*i))
	}
	for i := range 4 {
		raw[8+i] = byte(p.Index >> (24 - 8*i))
	}
	dst = hex.AppendEncode(dst, raw[:8])
	dst = append(dst, '-')
	return hex.AppendEncode(dst, raw[8:])
}

func (p Position) String() string { return string(p.Append(make([]byte, 0, positionLen))) }

// ParsePosition reads the text form.
func ParsePosition(b []byte) (Position, error) {
	var raw [12]byte
	if len(b) != positionLen || b[16] != '-' {
		return Position{}, fmt.Errorf("%w: id %q is not a position", ErrMalformed, clip(b))
	}
	if _, err := hex.Decode(raw[:8], b[:16]); err != nil {
		return Position{}, fmt.Errorf("%w: id %q: %v", ErrMalformed, b, err)
	}
	if _, err := hex.Decode(raw[8:], b[17:]); err != nil {
		return Position{}, fmt.Errorf("%w: id %q: %v", ErrMalformed, b, err)
	}
	var p Position
	for _, x := range raw[:8] {
		p.Commit = p.Commit<<8 | uint64(x)
	}
	for _, x := range raw[8:] {
		p.Index = p.Index<<8 | uint32(x)
	}
	return p, nil
}

func clip(b []byte) []byte { return b[:min(len(b), 64)] }

// The headers of a record, by the Kafka protocol binding of CloudEvents 1.0.
const (
	HeaderSpecVersion = "ce_specversion"
	HeaderID          = "ce_id"
	HeaderType        = "ce_type"
	HeaderSource      = "ce_source"
	HeaderTime        = "ce_time"
	HeaderContentType = "content-type"
	// HeaderTrace is the W3C trace context, by the CloudEvents extension for distributed tracing.
	HeaderTrace = "traceparent"
	ContentType = "application/protobuf"
	SpecVersion = "1.0"
)
