package catalogue

import (
	"strconv"
	"strings"
)

// Change says which rows changed, from one instance of the service to the others.
type Change struct {
	// Kind is "stores", "products", "members" or "listings"; "" means everything.
	Kind string
	// IDs lists the rows, for listings their stores; none means any of the kind.
	IDs []int64
}

// maxChangeText keeps a change within what the database passes on, 8,000 bytes.
const maxChangeText = 7_900

// Text is the change as it is sent. A list that is too long is left out: any row may have changed then.
func (c Change) Text() string {
	b := []byte(c.Kind)
	for i, id := range c.IDs {
		sep := byte(',')
		if i == 0 {
			sep = ':'
		}
		b = strconv.AppendInt(append(b, sep), id, 10)
		if len(b) > maxChangeText {
			return c.Kind
		}
	}
	return string(b)
}

// ParseChange reads the text. What it does not understand is a change of everything.
func ParseChange(text string) Change {
	kind, list, some := strings.Cut(text, ":")
	c := Change{Kind: kind}
	if !some {
		return c
	}
	for part := range strings.SplitSeq(list, ",") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return Change{}
		}
		c.IDs = append(c.IDs, id)
	}
	return c
}
