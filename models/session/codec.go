package session

import "github.com/tillstream/tillstream/models/pack"

const (
	kind   = "sess"
	layout = 1
)

// AppendBinary appends the kept sessions as one frame; it belongs to the writer. Running sessions are
// written as finished ones, and Config is not written: it is the reader's choice.
func (x *Index) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, kind, layout)
	start, items, times := []int32{0}, []int32(nil), []int64(nil)
	for n := x.next.Load() - uint32(x.kept.Load()); n != x.next.Load(); n++ {
		if r := x.at(n); r != nil {
			items, times = append(items, r.items...), append(times, r.time)
			start = append(start, int32(len(items)))
		}
	}
	w.Int64s(times)
	w.Int32s(start)
	w.Int32s(items)
	return w.Seal(), nil
}

// Decode reads the sessions back into an index for the items 0 … items-1 and of the given Config; src
// must hold exactly one frame.
func Decode(src []byte, items int, cfg Config) (*Index, error) {
	r, err := pack.Open(src, kind, layout)
	if err != nil {
		return nil, err
	}
	times := r.Int64s()
	start, clicks := r.Starts(len(times)), r.Int32s()
	r.Within(clicks, items)
	if r.Err() == nil && int(start[len(times)]) != len(clicks) {
		r.Fail("%d clicks in sessions that end at %d", len(clicks), start[len(times)])
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	x := New(items, cfg)
	for s, time := range times {
		x.Add(clicks[start[s]:start[s+1]], time)
	}
	return x, nil
}
