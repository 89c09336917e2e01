// Package scan reads JSON request bodies strictly. Bytes come in; values go out through calls that
// follow the shape of the body, and whatever breaks a rule becomes a Fault that names its path.
//
// It guarantees what encoding/json does not: unknown and repeated fields are faults, invalid UTF-8 is
// a fault instead of a replacement character, names match exactly, nesting and lengths are bounded,
// amounts never pass through a binary float, and every fault knows its path, value and reason. A
// fault in one field does not hide the faults in the others; only broken grammar ends the reading.
package scan

import (
	"fmt"
	"strconv"
)

// Limits that every Reader obeys.
const (
	// MaxDepth bounds the nesting of objects and arrays.
	MaxDepth = 16
	// MaxFaults bounds the faults kept for one row; the rest are left out.
	MaxFaults = 20
	// maxShown bounds the bytes of a value that a fault repeats.
	maxShown = 80
)

// Fault is one reason why a body was refused.
type Fault struct {
	// Path names the place, such as "orders[3].lines[0].qty". It is empty for the whole body.
	Path string
	// Value is the JSON text found there, shortened.
	Value string
	// Reason says what is wrong.
	Reason string
	// Row is the index of the row the fault lies in, or -1 when it concerns the whole body.
	Row int
}

// step is one element of the path: a field name, or an index when name is nil.
type step struct {
	name  []byte
	index int
}

// Reader walks one JSON text. The zero Reader is empty; use New.
type Reader struct {
	buf    []byte
	pos    int
	last   int
	path   []step
	faults []Fault
	// broken says that the grammar is violated and nothing further can be read.
	broken bool
	row    int
	inRow  int
	room   [MaxDepth]step
}

// New returns a Reader of body, which must not change while it is read.
func New(body []byte) *Reader {
	r := &Reader{buf: body, row: -1}
	r.path = r.room[:0]
	return r
}

// Faults returns what was wrong, in the order of reading.
func (r *Reader) Faults() []Fault { return r.faults }

// Broken reports whether the body is not JSON at all, or too deep to read on.
func (r *Reader) Broken() bool { return r.broken }

// OK reports whether nothing was wrong so far.
func (r *Reader) OK() bool { return len(r.faults) == 0 }

// Fault records a reason at the current place with the value read last.
func (r *Reader) Fault(reason string) {
	r.fault(r.Path(), r.shown(), reason)
}

// Missing records that a field of the current object is absent, unless the field was refused already.
func (r *Reader) Missing(field, reason string) {
	path := r.Path()
	if path != "" {
		path += "."
	}
	path += field
	for i := len(r.faults) - 1; i >= 0 && r.faults[i].Row == r.row; i-- {
		if r.faults[i].Path == path {
			return
		}
	}
	r.fault(path, "", reason)
}

func (r *Reader) fault(path, value, reason string) {
	if r.broken {
		return
	}
	if r.inRow++; r.inRow > MaxFaults {
		return
	}
	r.faults = append(r.faults, Fault{Path: path, Value: value, Reason: reason, Row: r.row})
}

// breaks records that the grammar ends here. A syntax fault concerns the whole body.
func (r *Reader) breaks(what string) {
	if r.broken {
		return
	}
	found := "the end of the body"
	if r.pos < len(r.buf) {
		found = strconv.QuoteRuneToASCII(rune(r.buf[r.pos]))
	}
	reason := fmt.Sprintf("%s at byte %d, found %s", what, r.pos, found)
	r.faults = append(r.faults, Fault{Path: r.Path(), Reason: reason, Row: -1})
	r.broken = true
}

// Path returns the current place.
func (r *Reader) Path() string {
	var b []byte
	for _, s := range r.path {
		switch {
		case s.name == nil:
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		case len(b) > 0:
			b = append(append(b, '.'), shorten(s.name)...)
		default:
			b = append(b, shorten(s.name)...)
		}
	}
	return string(b)
}

// shown returns the text of the value read last.
func (r *Reader) shown() string {
	return string(shorten(r.buf[min(r.last, r.pos):r.pos]))
}
