package neighbour

import (
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
)

const (
	modelKind  = "neig"
	countsKind = "coco"
	layout     = 1
)

// AppendBinary appends the model as one frame.
func (m *Model) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, modelKind, layout)
	kinds := make([]byte, len(m.kind))
	for i, k := range m.kind {
		kinds[i] = byte(k)
	}
	m.lists.Write(w)
	w.Bytes(kinds)
	return w.Seal(), nil
}

// Decode reads a model back; src must hold exactly one frame.
func Decode(src []byte) (*Model, error) {
	r, err := pack.Open(src, modelKind, layout)
	if err != nil {
		return nil, err
	}
	m := &Model{lists: list.Read(r, 1<<30)}
	r.Within(m.lists.Item, m.lists.Len())
	for i, k := range r.Bytes() {
		if k >= byte(kinds) {
			r.Fail("neighbour %d has the kind %d", i, k)
		}
		m.kind = append(m.kind, Kind(k))
	}
	if r.Err() == nil && len(m.kind) != len(m.lists.Item) {
		r.Fail("%d kinds of %d neighbours", len(m.kind), len(m.lists.Item))
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	return m, nil
}

// AppendBinary appends the counts as one frame, so that counting goes on where it stopped.
func (c *Counts) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, countsKind, layout)
	start, partner, n := make([]int32, 1, len(c.rows)+1), []int32(nil), []uint32(nil)
	for _, r := range c.rows {
		partner, n = append(partner, r.partner...), append(n, r.n...)
		start = append(start, int32(len(partner)))
	}
	w.Int64(int64(len(c.rows)))
	w.Int64(int64(c.limits.Lines))
	w.Int64(int64(c.limits.Partners))
	w.Int64(int64(c.total))
	w.Int64(int64(c.Refused))
	w.Uint32s(c.held)
	w.Int32s(start)
	w.Int32s(partner)
	w.Uint32s(n)
	return w.Seal(), nil
}

// DecodeCounts reads counts back; src must hold exactly one frame.
func DecodeCounts(src []byte) (*Counts, error) {
	r, err := pack.Open(src, countsKind, layout)
	if err != nil {
		return nil, err
	}
	const most = 1<<32 - 1
	items := r.Int(1 << 30)
	c := &Counts{limits: Limits{Lines: r.Int(most), Partners: r.Int(most)}.orDefault()}
	c.total, c.Refused = uint32(r.Int(most)), uint32(r.Int(most))
	c.held = r.Uint32s()
	start, partner, n := r.Starts(items), r.Int32s(), r.Uint32s()
	r.Within(partner, items)
	if r.Err() == nil && (len(c.held) != items || len(partner) != len(n) || int(start[items]) != len(n)) {
		r.Fail("counts of different lengths")
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	c.rows = make([]row, items)
	for i := range c.rows {
		from, to := start[i], start[i+1]
		c.rows[i] = row{partner: partner[from:to:to], n: n[from:to:to]}
		for j := from + 1; j < to; j++ {
			if partner[j] <= partner[j-1] {
				r.Fail("the partners of item %d do not ascend", i)
				return nil, r.Close()
			}
		}
	}
	return c, nil
}
