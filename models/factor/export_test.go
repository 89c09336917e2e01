package factor

import (
	"math"
	"slices"
)

// Watch fits and tells the loss after each epoch.
func Watch(x *Owned, cfg Config, each func(loss float64)) {
	f, step := begin(x, cfg)
	for range f.cfg.Epochs {
		step()
		each(f.loss(x))
	}
}

// loss is what Fit minimises, pair by pair in float64.
func (f *Factors) loss(x *Owned) (sum float64) {
	count := make([]float64, x.Items)
	for u := range x.Users() {
		bought := map[int32]bool{}
		for _, i := range x.Of(u) {
			bought[i] = true
			count[i]++
		}
		for i := range int32(x.Items) {
			y := float64(f.Score(f.User(int32(u)), i))
			sum += f.cfg.Unknown * y * y
			if bought[i] {
				sum += (y - 1) * (y - 1)
			}
		}
		sum += f.ridge(float64(len(bought)), x.Items, f.User(int32(u)))
	}
	for i, n := range count {
		sum += f.ridge(n, x.Users(), f.Item(int32(i)))
	}
	return sum
}

func (f *Factors) ridge(n float64, others int, v []float32) (sum float64) {
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return sum * f.cfg.Lambda * math.Pow(n+f.cfg.Unknown*float64(others), f.cfg.Nu)
}

// Folder lets tests hold the step of one member against the closed form.
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

// Dim is the length of a vector.
func (f *Factors) Dim() int { return f.cfg.Dim }

// Users is how many members the model knows.
func (f *Factors) Users() int { return f.users.len() }

// Item is the vector of an item. The caller must not change it.
func (f *Factors) Item(i int32) []float32 { return f.items.of(i) }

// Same reports whether two models have the same vectors.
func Same(a, b *Factors) bool {
	return slices.Equal(a.users.rows, b.users.rows) && slices.Equal(a.items.rows, b.items.rows)
}
