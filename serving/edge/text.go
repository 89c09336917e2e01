package edge

import "unicode/utf8"

// appendText appends b as a JSON string. Fast path: plain ASCII, which codes nearly always are.
func appendText[T string | []byte](dst []byte, b T) []byte {
	for i := range len(b) {
		if c := b[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendTextSlow(dst, []byte(b))
		}
	}
	dst = append(dst, '"')
	dst = append(dst, b...)
	return append(dst, '"')
}

// appendTextSlow escapes what JSON wants escaped and replaces what is not UTF-8. Chinese passes as it is.
func appendTextSlow(dst, b []byte) []byte {
	const hexadecimal = "0123456789abcdef"
	dst = append(dst, '"')
	for len(b) > 0 {
		c := b[0]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hexadecimal[c>>4], hexadecimal[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, n := utf8.DecodeRune(b)
			dst = utf8.AppendRune(dst, r) // what is no rune is U+FFFD
			b = b[n:]
			continue
		}
		b = b[1:]
	}
	return append(dst, '"')
}

// clip shortens what a client sent so that a problem can repeat it.
func clip(b []byte) string { return string(b[:min(len(b), 100)]) }
