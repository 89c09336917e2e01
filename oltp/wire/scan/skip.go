package scan

import "fmt"

// Skip reads over one value of any type and checks its grammar. It does not recurse, so a deep body
// costs no stack.
func (r *Reader) Skip() {
	c, ok := r.peek()
	if !ok {
		return
	}
	at := r.last
	if c == '{' || c == '[' {
		r.skipNested()
	} else {
		r.skipScalar(c)
	}
	r.last = at
}

func (r *Reader) skipScalar(c byte) {
	switch {
	case c == '"':
		r.text()
	case c == 't':
		r.literal("true")
	case c == 'f':
		r.literal("false")
	case c == 'n':
		r.literal("null")
	case c == '-' || c >= '0' && c <= '9':
		r.number()
	default:
		r.breaks("expected a value")
	}
}

// skipNested walks an object or array with the open brackets on a stack of its own.
func (r *Reader) skipNested() {
	var open [MaxDepth]byte
	depth, n := 0, 0
	for {
		c, ok := r.peek()
		if !ok {
			return
		}
		switch c {
		case '{', '[':
			if depth+len(r.path) >= MaxDepth {
				r.breaks(fmt.Sprintf("expected at most %d levels of nesting", MaxDepth))
				return
			}
			r.pos++
			open[depth] = c + 2 // the closing bracket stands two places behind the opening one
			depth, n = depth+1, 0
		default:
			r.skipScalar(c)
			n++
		}
		for depth > 0 && r.closes(open[depth-1], n) {
			depth, n = depth-1, 1
		}
		if depth == 0 || r.broken {
			return
		}
		if open[depth-1] == '}' {
			r.name()
		}
	}
}
