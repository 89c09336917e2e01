package scan

import (
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/tillstream/tillstream/retail"
)

// The instants that a body may carry; a clock that was never set says 1970.
const (
	minYear = 2000
	maxYear = 2099
)

// String reads a string of at most limit bytes. A null is the empty string.
func (r *Reader) String(limit int) string {
	return string(r.Bytes(limit))
}

// Bytes is String without the copy: the result may alias the body.
func (r *Reader) Bytes(limit int) []byte {
	c, ok := r.peek()
	if !ok || c == 'n' && r.null() {
		return nil
	}
	if c != '"' {
		r.mismatch("a string")
		return nil
	}
	at := r.pos
	b, reason := r.text()
	r.last = at
	switch {
	case r.broken:
		return nil
	case reason != "":
		r.Fault(reason)
		return nil
	case len(b) > limit:
		r.Fault(fmt.Sprintf("has %d bytes, at most %d are allowed", len(b), limit))
		return nil
	}
	return b
}

// Secret is String for what must not be repeated: its faults show no value.
func (r *Reader) Secret(limit int) string {
	before := len(r.faults)
	s := r.String(limit)
	for i := before; i < len(r.faults); i++ {
		r.faults[i].Value = ""
	}
	return s
}

// Bool reads true or false. A null is false.
func (r *Reader) Bool() bool {
	c, ok := r.peek()
	switch {
	case !ok || c == 'n' && r.null():
		return false
	case c == 't':
		r.literal("true")
		return !r.broken
	case c == 'f':
		r.literal("false")
		return false
	}
	r.mismatch("true or false")
	return false
}

// Int reads an integer within [low, high]. A null is 0 and is not checked.
func (r *Reader) Int(low, high int64) int64 {
	token := r.numeric("an integer")
	if token == nil {
		return 0
	}
	n, ok := fastInt(token)
	if !ok {
		var err error
		if n, err = strconv.ParseInt(string(token), 10, 64); err != nil {
			r.Fault(fmt.Sprintf("must be an integer from %d to %d", low, high))
			return 0
		}
	}
	if n < low || n > high {
		r.Fault(fmt.Sprintf("must be an integer from %d to %d", low, high))
		return 0
	}
	return n
}

// Float reads a number. A null is 0.
func (r *Reader) Float() float64 {
	token := r.numeric("a number")
	if token == nil {
		return 0
	}
	f, err := strconv.ParseFloat(string(token), 64)
	if err != nil {
		r.Fault("must be a number of moderate size")
		return 0
	}
	return f
}

// Money reads an amount: a number with at most two decimal places and no exponent. It reports
// whether one was given; null and faults are not.
func (r *Reader) Money() (m retail.Money, given bool) {
	token := r.numeric("an amount such as 12.50")
	if token == nil {
		return 0, false
	}
	fen, reason := parseFen(token)
	if reason != "" {
		r.Fault(reason)
		return 0, false
	}
	return retail.Money(fen), true
}

// Time reads an RFC 3339 instant of the years 2000 to 2099. A null is the zero time.
func (r *Reader) Time() time.Time {
	b := r.Bytes(40)
	if b == nil {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, string(b))
	if err != nil {
		r.Fault("must be an RFC 3339 time such as 2026-11-24T08:30:00+08:00")
		return time.Time{}
	}
	if t = t.UTC(); t.Year() < minYear || t.Year() > maxYear {
		r.Fault(fmt.Sprintf("must lie within the years %d to %d", minYear, maxYear))
		return time.Time{}
	}
	return t
}

// Name reads a string that parse must know, and returns its canonical form. A null is "".
func Name[T fmt.Stringer](r *Reader, parse func(string) (T, bool), want string) string {
	b := r.Bytes(64)
	if b == nil {
		return ""
	}
	v, ok := parse(string(b))
	if !ok {
		r.Fault("must be one of " + want)
		return ""
	}
	return v.String()
}

func (r *Reader) null() bool {
	r.literal("null")
	return !r.broken
}

func (r *Reader) literal(word string) {
	if len(r.buf)-r.pos < len(word) || string(r.buf[r.pos:r.pos+len(word)]) != word {
		r.breaks("expected " + word)
		return
	}
	r.pos += len(word)
}

// numeric reads the token of a number; nil when there is none to use.
func (r *Reader) numeric(want string) []byte {
	c, ok := r.peek()
	if !ok || c == 'n' && r.null() {
		return nil
	}
	if c != '-' && (c < '0' || c > '9') {
		r.mismatch(want)
		return nil
	}
	return r.number()
}

// text reads a string token. A reason other than "" says why its content cannot be used.
func (r *Reader) text() (b []byte, reason string) {
	r.pos++
	start := r.pos
	ascii := true
	for r.pos < len(r.buf) {
		switch c := r.buf[r.pos]; {
		case c == '"':
			b = r.buf[start:r.pos]
			r.pos++
			if !ascii && !utf8.Valid(b) {
				return nil, invalidUTF8(b)
			}
			return b, ""
		case c == '\\':
			return r.escaped(start)
		case c < ' ':
			r.breaks("expected no bare control character in a string")
			return nil, ""
		case c >= utf8.RuneSelf:
			ascii = false
		}
		r.pos++
	}
	r.breaks("expected the closing quote of a string")
	return nil, ""
}

func invalidUTF8(b []byte) string {
	at := 0
	for at < len(b) {
		c, size := utf8.DecodeRune(b[at:])
		if c == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return fmt.Sprintf("is not valid UTF-8: byte %d of the text is 0x%02x", at, b[at])
}
