package factor

import (
	"github.com/viterin/vek/vek32"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
)

// Dim is the length of a vector.
func (f *Factors) Dim() int { return f.cfg.Dim }

// Users is how many members the model knows.
func (f *Factors) Users() int { return f.users.len() }

// Items is how many items the model knows.
func (f *Factors) Items() int { return f.items.len() }

// User is the vector of a member of the training. The caller must not change it.
func (f *Factors) User(u int32) []float32 { return f.users.of(u) }

// Item is the vector of an item. The caller must not change it.
func (f *Factors) Item(i int32) []float32 { return f.items.of(i) }

// Score is how much a vector likes an item, about 1 for what it owns.
func (f *Factors) Score(vector []float32, item int32) float32 {
	return vek32.Dot(vector, f.items.of(item))
}

// Top returns the items that a vector likes best, best first, in the memory of into, as many as its
// capacity holds, without those that skip holds (ascending). All items are scored: 20,000 of 64
// dimensions take 0.2 ms, and an index would only be nearly right. No allocation.
func (f *Factors) Top(vector []float32, skip []int32, into []list.Scored) []list.Scored {
	best := list.NewBest(into, cap(into))
	for i := range int32(f.Items()) {
		for len(skip) > 0 && skip[0] < i {
			skip = skip[1:]
		}
		if len(skip) == 0 || skip[0] != i {
			best.Offer(i, f.Score(vector, i))
		}
	}
	return best.Sorted()
}

// Folder makes vectors of members who are new or have changed, without another training. It belongs to
// one goroutine.
type Folder struct {
	f     *Factors
	s     *solver
	known []int32
}

// NewFolder prepares the memory: 4 bytes × d² and 1 KB × d.
func (f *Factors) NewFolder() *Folder { return &Folder{f: f, s: newSolver(&f.cfg, f.cfg.Dim)} }

// Fold writes the vector that minimises the loss for a member who owns the items (each once; unknown
// ones say nothing), the items standing still. No allocation once the longest list was seen. Cost: n d²
// + d³/6.
func (d *Folder) Fold(vector []float32, items []int32) {
	d.known = d.known[:0]
	for _, i := range items {
		if i >= 0 && int(i) < d.f.Items() {
			d.known = append(d.known, i)
		}
	}
	clear(vector)
	d.s.improve(vector, d.known, &d.f.items, d.f.gram)
}

const factorKind = "fact"

// AppendBinary appends the model as one frame.
func (f *Factors) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, factorKind, 1)
	w.Int64(int64(f.cfg.Dim))
	w.Float64(f.cfg.Unknown)
	w.Float64(f.cfg.Lambda)
	w.Float64(f.cfg.Nu)
	w.Float32s(f.users.rows)
	w.Float32s(f.items.rows)
	w.Float32s(f.gram)
	return w.Seal(), nil
}

// Decode reads a factorisation back; src must hold exactly one frame.
func Decode(src []byte) (*Factors, error) {
	r, err := pack.Open(src, factorKind, 1)
	if err != nil {
		return nil, err
	}
	d := r.Int(1 << 12)
	cfg := Config{Dim: d, Unknown: r.Float64(), Lambda: r.Float64(), Nu: r.Float64()}
	f := &Factors{users: side{d, r.Float32s()}, items: side{d, r.Float32s()}, gram: r.Float32s()}
	if r.Err() == nil && (d == 0 || len(f.users.rows)%d != 0 || len(f.items.rows)%d != 0 ||
		len(f.gram) != d*d) {
		r.Fail("vectors of another length than %d", d)
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	f.cfg = cfg.orDefault()
	return f, nil
}
