package edge

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// appendText appends b as a JSON string. Fast path: plain ASCII, which codes nearly always are.
func appendText(dst, b []byte) []byte {
	for _, c := range b {
		if c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return appendTextSlow(dst, b)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, b...)
	return append(dst, '"')
}

// appendTextSlow replaces what is not UTF-8.
func appendTextSlow(dst, b []byte) []byte {
	text, err := json.Marshal(string(bytes.ToValidUTF8(b, []byte("\uFFFD"))))
	if err != nil {
		panic("BUG: cannot marshal a string: " + err.Error())
	}
	return append(dst, text...)
}

// clip shortens what a client sent so that a problem can repeat it.
func clip(b []byte) string { return string(b[:min(len(b), 100)]) }
