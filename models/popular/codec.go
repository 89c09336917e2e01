package popular

import (
	"cmp"
	"maps"
	"slices"

	"github.com/tillstream/tillstream/models/pack"
)

const (
	kind   = "popu"
	layout = 1
)

// AppendBinary appends the counts as one frame, so that counting goes on where it stopped; it belongs
// to the writer.
func (l *Live) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, kind, layout)
	w.Float64(l.cfg.Long)
	w.Float64(l.cfg.Short)
	w.Int64(l.landmark)
	w.Int64(l.first)
	w.Int64(l.newest)
	w.Float64s(l.profile)
	l.chain.write(w)
	ids := slices.Sorted(maps.Keys(l.stores))
	w.Int32s(ids)
	for _, id := range ids {
		l.stores[id].write(w)
	}
	return w.Seal(), nil
}

func (s *shop) write(w *pack.Writer) {
	cells := slices.SortedFunc(slices.Values(s.cells),
		func(a, b cell) int { return cmp.Compare(a.item, b.item) })
	item, long, short := make([]int32, len(cells)), make([]float64, len(cells)), make([]float64, len(cells))
	for i, c := range cells {
		item[i], long[i], short[i] = c.item, c.long, c.short
	}
	w.Int32s(item)
	w.Float64s(long)
	w.Float64s(short)
}

// Decode reads the counts back and publishes their lists; src must hold exactly one frame. The
// half-lives are those of the frame, the rest of cfg is the reader's choice.
func Decode(src []byte, cfg Config) (*Live, error) {
	r, err := pack.Open(src, kind, layout)
	if err != nil {
		return nil, err
	}
	cfg.Long, cfg.Short = r.Float64(), r.Float64()
	l := &Live{cfg: cfg.orDefault(), begun: true, stores: map[int32]*shop{}}
	const latest = 1 << 40 // seconds, some 35,000 years
	l.landmark, l.first, l.newest = int64(r.Int(latest)), int64(r.Int(latest)), int64(r.Int(latest))
	l.profile = r.Float64s()
	l.items = len(l.profile) / slots
	l.chain = readShop(r, l.items)
	for _, id := range r.Int32s() {
		l.stores[id] = readShop(r, l.items)
	}
	if l.cfg.Long != cfg.Long || l.cfg.Short != cfg.Short || l.items*slots != len(l.profile) || l.far() {
		r.Fail("half-lives %v and %v, %d slots, times %d, %d and %d", cfg.Long, cfg.Short, len(l.profile),
			l.first, l.landmark, l.newest)
	}
	for i, units := range l.profile {
		if units < 0 || units > most {
			r.Fail("%v units", units)
			break
		}
		l.slot[i%slots] += units
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	l.Refresh()
	return l, nil
}

// most is above what any count can be: the units of a chain at the weight where the landmark moves.
const most = 1e150

func readShop(r *pack.Reader, items int) *shop {
	item, long, short := r.Int32s(), r.Float64s(), r.Float64s()
	r.Within(item, items)
	s := newShop()
	if r.Err() == nil && (len(item) != len(long) || len(item) != len(short)) {
		r.Fail("%d items with %d and %d counts", len(item), len(long), len(short))
	}
	if r.Err() != nil {
		return s
	}
	for i := range item {
		counted := long[i] >= 0 && long[i] < most && short[i] >= 0 && short[i] < most
		if !counted || i > 0 && item[i] <= item[i-1] {
			r.Fail("item %d has %v and %v units", item[i], long[i], short[i])
			return s
		}
		s.add(item[i], long[i], short[i], items)
	}
	return s
}
