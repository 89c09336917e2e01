package boost_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/models/boost"
)

// world draws rows whose log-odds are known: 2 where the first feature is above ½ and the second is not,
// else -2. Features after the second are noise.
func world(seed uint64, rows, features int) (*boost.Data, []float64) {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := &boost.Data{Features: features}
	odds := make([]float64, rows)
	for i := range rows {
		for range features {
			d.X = append(d.X, rng.Float32())
		}
		odds[i] = -2
		if x := d.X[i*features:]; x[0] > 0.5 && x[1] <= 0.5 {
			odds[i] = 2
		}
		y := 0.0
		if rng.Float64() < 1/(1+math.Exp(-odds[i])) {
			y = 1
		}
		d.Y, d.Weight = append(d.Y, y), append(d.Weight, 1)
	}
	return d, odds
}

func fit(t *testing.T, d *boost.Data, cfg boost.Config) *boost.Model {
	t.Helper()
	m, err := boost.Fit(d, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func encode(t *testing.T, m *boost.Model) []byte {
	t.Helper()
	b, err := m.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The oracle is the truth that the world was drawn from.
func TestFindsTheTruthOfItsWorld(t *testing.T) {
	for seed := range uint64(3) {
		d, _ := world(seed, 6000, 4)
		m := fit(t, d, boost.Config{Trees: 60, Seed: seed})
		fresh, odds := world(seed+100, 2000, 4)
		miss := 0.0
		for i, want := range odds {
			got := m.Score(fresh.X[i*4 : i*4+4])
			miss += math.Abs(1/(1+math.Exp(-got)) - 1/(1+math.Exp(-want)))
		}
		if miss /= float64(len(odds)); miss > 0.04 {
			t.Errorf("seed %d: the chance is off by %.3f on average", seed, miss)
		}
		first := fit(t, d, boost.Config{Trees: 1, Leaves: 3, Seed: seed})
		if uses := first.Uses(); uses[0] != 1 || uses[1] != 1 {
			t.Errorf("seed %d: the first two cuts look at %v, want features 0 and 1", seed, uses)
		}
	}
}

func TestWorkersDoNotMatter(t *testing.T) {
	d, _ := world(5, 3000, 5)
	want := encode(t, fit(t, d, boost.Config{Trees: 20}))
	for _, workers := range []int{2, 3, 9} {
		if !bytes.Equal(encode(t, fit(t, d, boost.Config{Trees: 20, Workers: workers})), want) {
			t.Errorf("%d workers fit another model", workers)
		}
	}
	if bytes.Equal(encode(t, fit(t, d, boost.Config{Trees: 20, Seed: 9})), want) {
		t.Error("another seed fits the same model")
	}
}

// A row of weight 3 is three rows: with all rows in each tree the steps are the same but for rounding.
func TestWeightsAreRepetitions(t *testing.T) {
	d, _ := world(6, 500, 2)
	heavy := &boost.Data{Features: 2, X: d.X, Y: d.Y, Weight: make([]float64, len(d.Y))}
	many := &boost.Data{Features: 2}
	for i := range d.Y {
		times := 1 + i%3
		heavy.Weight[i] = float64(times)
		for range times {
			many.X = append(many.X, d.X[2*i:2*i+2]...)
			many.Y, many.Weight = append(many.Y, d.Y[i]), append(many.Weight, 1)
		}
	}
	cfg := boost.Config{Trees: 1, Leaves: 2, Sample: 1, Bins: 2}
	a, b := fit(t, heavy, cfg), fit(t, many, cfg)
	if got, want := a.Score([]float32{0, 0}), b.Score([]float32{0, 0}); math.Abs(got-want) > 0.2 {
		t.Errorf("got %v, want about %v", got, want)
	}
}

func TestOddInput(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	d := &boost.Data{Features: 3, X: []float32{nan, 1, inf, nan, 1, 0, nan, 1, -inf},
		Y: []float64{1, 0, 1}, Weight: []float64{1, 0, 1}}
	m := fit(t, d, boost.Config{Trees: 5, MinCurvature: 1e-9, Ridge: 1e-9})
	for _, row := range [][]float32{{nan, nan, nan}, {inf, -inf, inf}, {0, 0, 0}} {
		if s := m.Score(row); math.IsNaN(s) || math.IsInf(s, 0) {
			t.Errorf("%v scores %v", row, s)
		}
	}
	for _, bad := range []*boost.Data{{}, {Features: 1}, {Features: 1, X: []float32{1}, Y: []float64{2},
		Weight: []float64{1}}, {Features: 1, X: []float32{1}, Y: []float64{1}, Weight: []float64{-1}}} {
		if _, err := boost.Fit(bad, boost.Config{}); err == nil {
			t.Errorf("fitted on %+v", bad)
		}
	}
}

func TestCodecKeepsScores(t *testing.T) {
	d, _ := world(7, 1000, 3)
	m := fit(t, d, boost.Config{Trees: 10})
	bytesOf := encode(t, m)
	got, rest, err := boost.Decode(append(bytes.Clone(bytesOf), 1, 2))
	if err != nil || len(rest) != 2 {
		t.Fatalf("%d bytes are left, %v", len(rest), err)
	}
	for i := range 50 {
		if row := d.X[i*3 : i*3+3]; got.Score(row) != m.Score(row) {
			t.Fatalf("row %d scores %v, want %v", i, got.Score(row), m.Score(row))
		}
	}
	for cut := range len(bytesOf) {
		if _, _, err := boost.Decode(bytesOf[:cut]); err == nil {
			t.Fatalf("the first %d of %d bytes were taken for a model", cut, len(bytesOf))
		}
	}
}

func FuzzDecode(f *testing.F) {
	d, _ := world(8, 300, 2)
	m, err := boost.Fit(d, boost.Config{Trees: 3, Leaves: 4})
	if err != nil {
		f.Fatal(err)
	}
	seed, _ := m.AppendBinary(nil)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, src []byte) {
		m, _, err := boost.Decode(src)
		if err != nil {
			return
		}
		if s := m.Score(make([]float32, m.Features())); math.IsNaN(s) {
			t.Errorf("a decoded model scores %v", s)
		}
	})
}
