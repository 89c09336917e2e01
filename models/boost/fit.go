package boost

import (
	"math"
	"math/rand/v2"
	"sync"
)

// Data is what to fit on.
type Data struct {
	// Features is how many numbers a row has.
	Features int
	// X holds the rows one after the other.
	X []float32
	// Y is the label of each row in 0…1, Weight how much it counts.
	Y, Weight []float64
}

// fitter holds what a fit needs beside the data.
type fitter struct {
	Config
	data *Data
	cuts [][]float32
	// binned are the bins of all rows, row by row.
	binned []uint8
	score  []float64
	// slope and bend of the loss at each row's score: w(p−y) and w·p(1−p).
	slope, bend []float64
	free        [][]sums
}

// sums are the slope and bend of the rows in one bin.
type sums struct{ slope, bend float64 }

// leaf is an end of the tree that grows.
type leaf struct {
	rows  []int32
	total sums
	bins  []sums
	node  int32
	// gain of the best cut, which lies above bin of feature; 0 where none helps.
	gain         float64
	feature, bin int
}

// Fit adds trees, each a Newton step on the weighted logistic loss Σ w·(ln(1+eˢ) − y·s).
// Cost: trees × rows × features × ln(leaves) additions; a byte for each value of X beside it.
func Fit(d *Data, cfg Config) (*Model, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(d); err != nil {
		return nil, err
	}
	f := newFitter(d, cfg)
	m := &Model{features: d.Features, base: prior(d)}
	for i := range f.score {
		f.score[i] = m.base
	}
	rng := rand.New(rand.NewPCG(cfg.Seed, 0xb005))
	for range cfg.Trees {
		f.differentiate()
		tree := f.grow(f.draw(rng))
		for i := range f.score {
			f.score[i] += float64(tree.binned(f.binned[i*d.Features:]))
		}
		m.trees = append(m.trees, tree.finish(f.cuts))
	}
	return m, nil
}

// prior is the log-odds of the weighted mean, one imagined row of each kind included.
func prior(d *Data) float64 {
	yes, all := 1.0, 2.0
	for i, y := range d.Y {
		yes, all = yes+d.Weight[i]*y, all+d.Weight[i]
	}
	return math.Log(yes / max(1, all-yes))
}

func newFitter(d *Data, cfg Config) *fitter {
	n := len(d.Y)
	f := &fitter{Config: cfg, data: d, cuts: make([][]float32, d.Features),
		binned: make([]uint8, len(d.X)), score: make([]float64, n), slope: make([]float64, n),
		bend: make([]float64, n)}
	f.share(func(from, to int) {
		for k := from; k < to; k++ {
			f.cuts[k] = cutPoints(d, k, cfg.Bins)
			for i := range n {
				f.binned[i*d.Features+k] = binOf(f.cuts[k], d.X[i*d.Features+k])
			}
		}
	})
	return f
}

// share gives each worker a range of the features. No sum crosses two features, so the result does not
// depend on how many workers there are.
func (f *fitter) share(do func(from, to int)) {
	n := f.data.Features
	if f.Workers == 1 {
		do(0, n)
		return
	}
	var wg sync.WaitGroup
	for w := range f.Workers {
		wg.Go(func() { do(w*n/f.Workers, (w+1)*n/f.Workers) })
	}
	wg.Wait()
}

func (f *fitter) differentiate() {
	for i, s := range f.score {
		p := 1 / (1 + math.Exp(-s))
		f.slope[i] = f.data.Weight[i] * (p - f.data.Y[i])
		f.bend[i] = f.data.Weight[i] * p * (1 - p)
	}
}

// draw picks the rows that the next tree sees.
func (f *fitter) draw(rng *rand.Rand) *leaf {
	l := &leaf{rows: make([]int32, 0, int(float64(len(f.score))*min(1, f.Sample+0.01))+1)}
	for i := range f.score {
		if f.Sample < 1 && rng.Float64() >= f.Sample {
			continue
		}
		l.take(f, int32(i))
	}
	return l
}

func (l *leaf) take(f *fitter, row int32) {
	l.rows = append(l.rows, row)
	l.total.slope += f.slope[row]
	l.total.bend += f.bend[row]
}
