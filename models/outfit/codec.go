package outfit

import (
	"fmt"
	"math"
	"strings"

	"github.com/tillstream/tillstream/models/pack"
)

// The frame of a model.
const (
	kind   = "outf"
	layout = 1
)

// Append appends the model as bytes.
func (m *Model) Append(dst []byte) []byte {
	w := pack.NewWriter(dst, kind, layout)
	w.Float64s(m.weights[:])
	for _, c := range []*counts{m.styles, m.categories, m.brands} {
		w.Int64(int64(c.baskets))
		w.Int64(int64(len(c.names)))
		w.Bytes([]byte(strings.Join(c.names, "\x00")))
		w.Int32s(c.single)
		w.Int32s(c.start)
		w.Int32s(c.other)
		w.Int32s(c.both)
	}
	return w.Seal()
}

// maxNames bounds what a model counts.
const maxNames = 1 << 24

// Decode reads a model. What is cut, altered or contradicts itself is an error.
func Decode(src []byte) (*Model, error) {
	r, err := pack.Open(src, kind, layout)
	if err != nil {
		return nil, fmt.Errorf("cannot read outfits: %w", err)
	}
	m := &Model{}
	weights := r.Float64s()
	if len(weights) != len(m.weights) {
		r.Fail("%d weights", len(weights))
	}
	copy(m.weights[:], weights)
	for _, w := range m.weights {
		if math.Abs(w) > 1e6 {
			r.Fail("a weight of %v", w)
		}
	}
	for _, into := range []**counts{&m.styles, &m.categories, &m.brands} {
		*into = readCounts(r)
	}
	if err := r.Close(); err != nil {
		return nil, fmt.Errorf("cannot read outfits: %w", err)
	}
	return m, nil
}

func readCounts(r *pack.Reader) *counts {
	c := &counts{baskets: int32(r.Int(math.MaxInt32))}
	n := r.Int(maxNames)
	text := string(r.Bytes())
	if n > 0 {
		c.names = strings.Split(text, "\x00")
	}
	if len(c.names) != n || n == 0 && text != "" {
		r.Fail("%d names of %d", len(c.names), n)
	}
	c.single = r.Int32s()
	c.start = r.Starts(n)
	c.other, c.both = r.Int32s(), r.Int32s()
	if r.Err() != nil {
		return c
	}
	if len(c.single) != n || len(c.other) != len(c.both) || int(c.start[n]) != len(c.other) {
		r.Fail("%d names have %d counts and %d pairs of %d", n, len(c.single), len(c.both), c.start[n])
		return c
	}
	r.Within(c.other, n)
	for _, v := range c.single {
		if v < 0 || v > c.baskets {
			r.Fail("%d of %d baskets", v, c.baskets)
			return c
		}
	}
	for a := range n {
		for k := c.start[a]; k < c.start[a+1]; k++ {
			if k > c.start[a] && c.other[k] <= c.other[k-1] || c.both[k] < 1 || c.both[k] > c.baskets {
				r.Fail("pair %d of name %d", k, a)
				return c
			}
		}
	}
	return c
}
