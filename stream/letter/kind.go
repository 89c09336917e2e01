package letter

import (
	"strconv"
	"strings"

	"github.com/tillstream/tillstream/retail/event"
)

// unknownPrefix begins the type of a fact whose kind the relay did not know; its number follows.
const unknownPrefix = "tillstream.unknown."

// kindOf finds the kind of a type header. A kind that was unknown to the relay is found by its number,
// once this program knows it.
func kindOf(name string) (event.Kind, bool) {
	if kind, ok := event.ParseKind(name); ok {
		return kind, true
	}
	if digits, ok := strings.CutPrefix(name, unknownPrefix); ok {
		n, err := strconv.ParseUint(digits, 10, 8)
		if kind := event.Kind(n); err == nil && kind.Known() {
			return kind, true
		}
	}
	return 0, false
}
