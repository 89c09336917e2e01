package scan

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// escaped reads on a string that holds a backslash; r.pos stands on the first one.
func (r *Reader) escaped(start int) (b []byte, reason string) {
	b = append(make([]byte, 0, 64), r.buf[start:r.pos]...)
	for r.pos < len(r.buf) {
		c := r.buf[r.pos]
		switch {
		case c == '"':
			r.pos++
			return usable(b, reason)
		case c < ' ':
			r.breaks("expected no bare control character in a string")
			return nil, ""
		case c != '\\':
			b = append(b, c)
			r.pos++
		default:
			var why string
			if b, why = r.escape(b); r.broken {
				return nil, ""
			}
			if reason == "" {
				reason = why
			}
		}
	}
	r.breaks("expected the closing quote of a string")
	return nil, ""
}

func usable(b []byte, reason string) ([]byte, string) {
	switch {
	case reason != "":
		return nil, reason
	case !utf8.Valid(b):
		return nil, invalidUTF8(b)
	case bytes.IndexByte(b, 0) >= 0:
		return nil, "must not hold the character U+0000"
	}
	return b, ""
}

// escape reads one escape sequence and appends what it means.
func (r *Reader) escape(b []byte) (out []byte, reason string) {
	if r.pos++; r.pos >= len(r.buf) {
		r.breaks("expected an escape sequence")
		return b, ""
	}
	const names, means = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := r.buf[r.pos]
	if i := bytes.IndexByte([]byte(names), c); i >= 0 {
		r.pos++
		return append(b, means[i]), ""
	}
	if c != 'u' {
		r.breaks("expected a known escape sequence")
		return b, ""
	}
	r.pos++
	code := r.hex4()
	if !utf16.IsSurrogate(code) {
		return utf8.AppendRune(b, code), ""
	}
	if r.pos+1 < len(r.buf) && r.buf[r.pos] == '\\' && r.buf[r.pos+1] == 'u' {
		r.pos += 2
		if pair := utf16.DecodeRune(code, r.hex4()); pair != utf8.RuneError {
			return utf8.AppendRune(b, pair), ""
		}
	}
	return b, "holds half of a surrogate pair"
}

func (r *Reader) hex4() rune {
	var code rune
	for range 4 {
		if r.pos >= len(r.buf) {
			r.breaks("expected four hexadecimal digits")
			return 0
		}
		digit := bytes.IndexByte([]byte("0123456789abcdef"), r.buf[r.pos]|0x20)
		if digit < 0 || r.buf[r.pos] < '0' {
			r.breaks("expected four hexadecimal digits")
			return 0
		}
		code = code<<4 | rune(digit)
		r.pos++
	}
	return code
}
