package basket

import (
	"encoding/binary"
	"slices"

	"github.com/tillstream/tillstream/models/boost"
	"github.com/tillstream/tillstream/models/pack"
)

const (
	kind   = "bask"
	layout = 1
)

// AppendBinary appends the model as one frame: settings; the trees, if any; the ids of all items in
// baskets, ascending; the members by ascending id with their baskets, whose items are places among those
// ids. Numbers are varints, sorted ones as differences: a third of plain ones. The same baskets give the
// same bytes however they came; counts are made anew when they are read.
func (m *Model) AppendBinary(dst []byte) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	w := pack.NewWriter(dst, kind, layout)
	var settings, trees []byte
	for _, v := range m.book.cfg.settings() {
		settings = binary.AppendUvarint(settings, uint64(*v))
	}
	if m.trees != nil {
		var err error
		if trees, err = m.trees.AppendBinary(nil); err != nil {
			return nil, err
		}
	}
	w.Bytes(settings)
	w.Bytes(trees)
	w.Bytes(m.book.append(nil))
	return w.Seal(), nil
}

// append appends items and members.
func (b *book) append(dst []byte) []byte {
	var used []int32
	for n := range b.stat {
		if b.stat[n].lines > 0 {
			used = append(used, int32(n))
		}
	}
	slices.SortFunc(used, b.byID)
	rank := make([]int32, len(b.ids))
	dst = binary.AppendUvarint(dst, uint64(len(used)))
	last := int64(0)
	for i, n := range used {
		dst, last = binary.AppendVarint(dst, b.ids[n]-last), b.ids[n]
		rank[n] = int32(i)
	}
	ids := make([]int64, 0, len(b.at))
	for id := range b.at {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	dst = binary.AppendUvarint(dst, uint64(len(ids)))
	last = 0
	for _, id := range ids {
		dst, last = binary.AppendVarint(dst, id-last), id
		dst = b.members[b.at[id]].append(dst, rank)
	}
	return dst
}

func (m *member) append(dst []byte, rank []int32) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(m.visits)))
	last := int64(0)
	for v, visit := range m.visits {
		dst, last = binary.AppendVarint(dst, visit.time-last), visit.time
		dst = binary.AppendVarint(dst, int64(visit.store))
		items := m.basket(v)
		dst = binary.AppendUvarint(dst, uint64(len(items)))
		before := int32(-1)
		for _, item := range items {
			dst, before = binary.AppendUvarint(dst, uint64(rank[item]-before-1)), rank[item]
		}
	}
	return dst
}

// Decode reads a model; src must hold exactly one frame. How a fit draws and shares its work is not in the
// bytes; it is of no use after.
func Decode(src []byte) (*Model, error) {
	r, err := pack.Open(src, kind, layout)
	if err != nil {
		return nil, err
	}
	settings, trees := reader{src: r.Bytes()}, r.Bytes()
	book := reader{src: r.Bytes()}
	if err := r.Close(); err != nil {
		return nil, err
	}
	var cfg Config
	for _, v := range cfg.settings() {
		*v = int(settings.uvarint(maxSetting))
	}
	m, err := New(cfg)
	if err != nil || settings.bad || len(settings.src) > 0 {
		return nil, pack.ErrCorrupt
	}
	if len(trees) > 0 {
		var rest []byte
		m.trees, rest, err = boost.Decode(trees)
		if err != nil || len(rest) > 0 || m.trees.Features() != Traits {
			return nil, pack.ErrCorrupt
		}
	}
	m.book.load(func() { book.book(m.book) })
	if book.bad || len(book.src) > 0 {
		return nil, pack.ErrCorrupt
	}
	return m, nil
}

// reader takes numbers off the front of src until one is bad; then it gives zeros.
type reader struct {
	src []byte
	bad bool
}

func (r *reader) uvarint(most uint64) uint64 {
	v, n := binary.Uvarint(r.src)
	if n <= 0 || v > most {
		r.src, r.bad = nil, true
		return 0
	}
	r.src = r.src[n:]
	return v
}

func (r *reader) varint() int64 {
	v, n := binary.Varint(r.src)
	if n <= 0 {
		r.src, r.bad = nil, true
		return 0
	}
	r.src = r.src[n:]
	return v
}

// count is the number of things that follow, of at least size bytes each.
func (r *reader) count(size int) int { return int(r.uvarint(uint64(len(r.src) / size))) }

// book reads items and members. Each id must be above the one before, so that nothing comes twice.
func (r *reader) book(b *book) {
	ids := make([]int64, 0, r.count(1))
	last := int64(0)
	for range cap(ids) {
		ids = append(ids, r.above(&last, len(ids) == 0))
	}
	last = 0
	for i := range r.count(2) {
		id := r.above(&last, i == 0)
		if r.bad {
			return
		}
		r.member(b, id, ids)
	}
}

// above reads the next of some ascending numbers.
func (r *reader) above(last *int64, first bool) int64 {
	v := *last + r.varint()
	if !first && v <= *last {
		r.src, r.bad = nil, true
	}
	*last = v
	return v
}

func (r *reader) member(b *book, id int64, ids []int64) {
	time := int64(0)
	var items []int64
	for range r.count(4) {
		time += r.varint()
		store := r.varint()
		items = items[:0]
		at := -1
		for range r.count(1) {
			if at += 1 + int(r.uvarint(uint64(len(ids)))); at >= len(ids) {
				r.src, r.bad = nil, true
				return
			}
			items = append(items, ids[at])
		}
		if r.bad {
			return
		}
		b.add(id, time, int32(store), items)
	}
}
