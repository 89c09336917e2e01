package scan

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// maxFields bounds the fields of one object that are checked for repetition.
const maxFields = 32

// Object reads an object and calls field for each of its members; field reads the value and returns
// true, or returns false when it does not know the name. A null is an object without members. Object
// returns false, and records a fault, for a value that is no object.
func (r *Reader) Object(field func(name []byte) bool) bool {
	switch r.open('{', "an object") {
	case absent:
		return true
	case refused:
		return false
	}
	var seen [maxFields][]byte
	for n := 0; !r.closes('}', n); n++ {
		name := r.name()
		if r.broken {
			return false
		}
		r.path = append(r.path, step{name: name})
		known := seen[:min(n, maxFields)]
		if repeated(known, name) {
			r.Skip()
			r.Fault("is given twice")
		} else if at := r.pos; !field(name) && r.pos == at {
			r.Skip()
			r.Fault("is not a known field")
		}
		r.path = r.path[:len(r.path)-1]
		if n < maxFields {
			seen[n] = name
		}
	}
	return !r.broken
}

// Array reads an array of at most limit elements and calls element for each. Elements past the limit
// are skipped and counted, so that the fault can say how many there were.
func (r *Reader) Array(limit int, element func(i int)) {
	if r.open('[', "an array") != entered {
		return
	}
	at, n := r.last, 0
	for ; !r.closes(']', n); n++ {
		if n >= limit {
			r.Skip()
			continue
		}
		r.path = append(r.path, step{index: n})
		element(n)
		r.path = r.path[:len(r.path)-1]
	}
	if r.last = at; n > limit {
		r.fault(r.Path(), "", fmt.Sprintf("has %d elements, at most %d are allowed", n, limit))
	}
}

// Rows is Array for the rows of a bulk body: faults within element carry its index in Row, and the
// bound on faults holds for each row.
func (r *Reader) Rows(limit int, element func(i int)) {
	r.Array(limit, func(i int) {
		r.row, r.inRow = i, 0
		element(i)
		r.row, r.inRow = -1, 0
	})
}

// End checks that nothing follows the value.
func (r *Reader) End() {
	if r.space(); !r.broken && r.pos < len(r.buf) {
		r.breaks("expected the end of the body")
	}
}

// What open found.
type opening uint8

const (
	refused opening = iota
	absent
	entered
)

// AtEnd reports whether no value is left.
func (r *Reader) AtEnd() bool {
	r.space()
	return r.pos >= len(r.buf)
}

// open enters an object or array, unless the value is null (absent), or of another type or too deep
// (refused, with a fault).
func (r *Reader) open(bracket byte, what string) opening {
	c, ok := r.peek()
	switch {
	case !ok:
		return refused
	case c == 'n' && r.null():
		return absent
	case c != bracket:
		r.mismatch(what)
		return refused
	case len(r.path) >= MaxDepth:
		r.breaks(fmt.Sprintf("expected at most %d levels of nesting", MaxDepth))
		return refused
	}
	r.pos++
	return entered
}

// closes reports whether the object or array ends here, before its n-th element, and reads the comma
// between elements.
func (r *Reader) closes(bracket byte, n int) bool {
	r.space()
	switch {
	case r.broken:
		return true
	case r.pos < len(r.buf) && r.buf[r.pos] == bracket:
		r.pos++
		return true
	case n == 0:
		return false
	case r.pos < len(r.buf) && r.buf[r.pos] == ',':
		r.pos++
		return false
	}
	r.breaks(fmt.Sprintf("expected a comma or %q", bracket))
	return true
}

// name reads the name of a member and the colon behind it.
func (r *Reader) name() []byte {
	r.space()
	if r.pos >= len(r.buf) || r.buf[r.pos] != '"' {
		r.breaks("expected a field name in quotes")
		return nil
	}
	name, reason := r.text()
	if reason != "" {
		r.breaks("expected a readable field name")
	}
	r.space()
	if r.pos >= len(r.buf) || r.buf[r.pos] != ':' {
		r.breaks("expected a colon")
		return nil
	}
	r.pos++
	return name
}

// peek returns the first byte of the next value.
func (r *Reader) peek() (byte, bool) {
	r.space()
	r.last = r.pos
	if r.broken {
		return 0, false
	}
	if r.pos >= len(r.buf) {
		r.breaks("expected a value")
		return 0, false
	}
	return r.buf[r.pos], true
}

func (r *Reader) space() {
	for r.pos < len(r.buf) {
		switch r.buf[r.pos] {
		case ' ', '\t', '\n', '\r':
			r.pos++
		default:
			return
		}
	}
}

// mismatch skips a value of the wrong type.
func (r *Reader) mismatch(want string) {
	r.Skip()
	r.Fault("must be " + want)
}

func repeated(seen [][]byte, name []byte) bool {
	for _, s := range seen {
		if bytes.Equal(s, name) {
			return true
		}
	}
	return false
}

// shorten cuts b to what a message may show, at a rune's border, and makes it valid UTF-8.
func shorten(b []byte) []byte {
	cut := b
	if len(b) > maxShown {
		cut = b[:maxShown]
		for len(cut) > maxShown-utf8.UTFMax && !utf8.Valid(cut) {
			cut = cut[:len(cut)-1]
		}
	}
	cut = bytes.ToValidUTF8(cut, []byte("\uFFFD"))
	if len(b) > maxShown {
		return append(bytes.Clone(cut), "…"...)
	}
	return cut
}
