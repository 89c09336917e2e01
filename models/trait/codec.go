package trait

import (
	"github.com/tillstream/tillstream/models/pack"
)

const (
	kind   = "trai"
	layout = 1
)

// AppendBinary appends the traits as one frame.
func (t *Traits) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, kind, layout)
	names, values := make([]byte, len(t.keys)), make([]int64, len(t.keys))
	for i, k := range t.keys {
		names[i], values[i] = byte(k.field), k.value
	}
	w.Int64(int64(t.Items()))
	w.Bytes(names)
	w.Int64s(values)
	w.Float32s(t.idf)
	w.Int32s(t.start)
	w.Int32s(t.feature)
	w.Float32s(t.weight)
	return w.Seal(), nil
}

// Decode reads traits back; src must hold exactly one frame.
func Decode(src []byte) (*Traits, error) {
	r, err := pack.Open(src, kind, layout)
	if err != nil {
		return nil, err
	}
	items := r.Int(1 << 30)
	names, values := r.Bytes(), r.Int64s()
	t := &Traits{idf: r.Float32s(), start: r.Starts(items), feature: r.Int32s(), weight: r.Float32s()}
	r.Within(t.feature, len(names))
	if r.Err() == nil && (len(values) != len(names) || len(t.idf) != len(names) ||
		len(t.weight) != len(t.feature) || int(t.start[items]) != len(t.feature)) {
		r.Fail("traits of different lengths")
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	for i, field := range names {
		t.keys = append(t.keys, key{Field(field), values[i]})
	}
	t.index()
	return t, nil
}
