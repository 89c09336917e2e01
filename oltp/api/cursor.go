package api

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"github.com/tillstream/tillstream/oltp/wire"
)

// cursors makes and checks the cursors of lists: the code after which the next page starts, bound to
// the list and signed, so that clients cannot come to rely on its form.
type cursors struct{ key []byte }

const macBytes = 12

func newCursors(key []byte) cursors {
	if len(key) == 0 {
		key = make([]byte, 32)
		_, _ = rand.Read(key) // never fails: crypto/rand ends the program instead
	}
	return cursors{key: key}
}

func (c cursors) sign(list, after string) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write([]byte("cursor\x00" + list + "\x00" + after))
	return mac.Sum(nil)[:macBytes]
}

// next returns the cursor of the page after a code.
func (c cursors) next(list, after string) string {
	return base64.RawURLEncoding.EncodeToString(append(c.sign(list, after), after...))
}

// after returns the code that a cursor stands for; the empty cursor is the first page.
func (c cursors) after(list, cursor string) (string, *wire.Problem) {
	if cursor == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil && len(raw) > macBytes {
		code := string(raw[macBytes:])
		if hmac.Equal(raw[:macBytes], c.sign(list, code)) {
			return code, nil
		}
	}
	return "", invalid(wire.Fault{Location: "query.cursor", Value: value(cursor),
		Reason: "is not a cursor of this list"})
}

// number returns the number that a cursor stands for; the empty cursor is first.
func (c cursors) number(list, cursor string, first int64) (int64, *wire.Problem) {
	after, problem := c.after(list, cursor)
	if problem != nil || after == "" {
		return first, problem
	}
	n, err := strconv.ParseInt(after, 10, 64)
	if err != nil {
		panic("BUG: a cursor of numbers was signed for " + strconv.Quote(after))
	}
	return n, nil
}
