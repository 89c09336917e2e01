package factor

import (
	"math"

	"github.com/viterin/vek/vek32"
)

// solver improves one vector at a time, in memory of its own.
type solver struct {
	cfg     *Config
	block   int
	miss    []float32 // w·h - 1 for each purchase
	columns []float32 // a run of the purchases' vectors, dimension by dimension
	hessian []float32 // block × block
	step    []float32
}

// run is how many purchases are summed at once: a block of them stays in the first cache.
const run = 256

func newSolver(cfg *Config, block int) *solver {
	return &solver{cfg: cfg, block: block, columns: make([]float32, block*run),
		hessian: make([]float32, block*block), step: make([]float32, block)}
}

// improve takes one Newton step in each block of w. With π the block, H the vectors of the purchases, ŷ
// what w predicts for them and G the sum of h hᵀ over the whole other side,
//
//	gradient = H_πᵀ (ŷ - 1) + α G_π w + r w_π
//	hessian  = H_πᵀ H_π + α G_ππ + r I,   r = λ (n + α N)^ν
//	w_π     -= hessian⁻¹ gradient
//
// The predictions are kept up to date from block to block, so that a sweep costs n d Block and not n
// d².
func (s *solver) improve(w []float32, bought []int32, other *side, gram []float32) {
	d, alpha := other.dim, float32(s.cfg.Unknown)
	r := float32(s.cfg.Lambda * math.Pow(float64(len(bought))+s.cfg.Unknown*float64(other.len()), s.cfg.Nu))
	s.miss = append(s.miss[:0], make([]float32, len(bought))...)
	for i, item := range bought {
		s.miss[i] = vek32.Dot(w, other.of(item)) - 1
	}
	for from := 0; from < d; from += s.block {
		to := min(d, from+s.block)
		b := to - from
		hessian, step := s.hessian[:b*b], s.step[:b]
		for p := range b {
			row := gram[(from+p)*d : (from+p+1)*d]
			step[p] = alpha*vek32.Dot(row, w) + r*w[from+p]
			for q := range b {
				hessian[p*b+q] = alpha * row[from+q]
			}
			hessian[p*b+p] += r
		}
		for at := 0; at < len(bought); at += run {
			s.gather(bought[at:min(at+run, len(bought))], s.miss[at:], other, from, to)
		}
		solve(hessian, step)
		for p, v := range step {
			w[from+p] -= v
		}
		if to == d {
			return
		}
		for i, item := range bought {
			s.miss[i] -= vek32.Dot(step, other.of(item)[from:to])
		}
	}
}

// gather adds a run of purchases to the gradient and the hessian.
func (s *solver) gather(bought []int32, miss []float32, other *side, from, to int) {
	b, n := to-from, len(bought)
	columns, long := lay(s.columns, b, n)
	for i, item := range bought {
		for p, v := range other.of(item)[from:to] {
			columns[p*long+i] = v
		}
	}
	addSquare(s.hessian[:b*b], columns, b)
	for p := range b {
		s.step[p] += vek32.Dot(columns[p*long:p*long+n], miss[:n])
	}
}

// solve replaces x by a⁻¹ x for a symmetric positive definite a, of which it destroys the lower
// triangle: Cholesky in place. gonum's needs float64 and its own memory for each of a million small
// systems. A pivot that rounding has made 0 or less is taken for a tiny one, so that a step is never
// NaN.
func solve(a, x []float32) {
	n := len(x)
	for i := range n {
		row := a[i*n : i*n+i+1]
		for j := range i {
			row[j] = (row[j] - short(row[:j], a[j*n:j*n+j])) / a[j*n+j]
		}
		pivot := row[i] - short(row[:i], row[:i])
		if !(pivot > 1e-12) {
			pivot = 1e-12
		}
		row[i] = float32(math.Sqrt(float64(pivot)))
		x[i] = (x[i] - short(row[:i], x[:i])) / row[i]
	}
	for i := n - 1; i >= 0; i-- {
		x[i] /= a[i*n+i]
		for j := range i {
			x[j] -= a[i*n+j] * x[i]
		}
	}
}

// short is a dot product of few numbers, where a call into vek32 costs more than it saves.
func short(x, y []float32) (sum float32) {
	if len(x) >= 24 {
		return vek32.Dot(x, y[:len(x)])
	}
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}
