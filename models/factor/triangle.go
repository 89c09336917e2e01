package factor

import (
	"errors"

	"github.com/viterin/vek/vek32"
	"gonum.org/v1/gonum/mat"
)

// triangle is a symmetric matrix: row i holds the columns 0 … i. Half of a square, so that 10,000 items
// take 200 MB.
type triangle [][]float32

func newTriangle(n int) triangle {
	all, t := make([]float32, n*(n+1)/2), make(triangle, n)
	for i := range t {
		t[i], all = all[:i+1:i+1], all[i+1:]
	}
	return t
}

func (t triangle) at(i, j int) float32 {
	if i < j {
		i, j = j, i
	}
	return t[i][j]
}

// errNotPositive says that a matrix has no inverse of the kind that is needed.
var errNotPositive = errors.New("the matrix is not positive definite; a larger Lambda makes it so")

// invert replaces the symmetric positive definite matrix by the negative of its inverse: the sweep
// operator (Goodnight, "A Tutorial on the SWEEP Operator", 1979) block by block. For the columns K of a
// block, with D = A_KK⁻¹ in float64,
//
//	A_ij -= A_iK D A_Kj,   A_iK ← A_iK D,   A_KK ← -D
//
// The matrix stays symmetric throughout, so that half of it is stored and computed: n³/2
// multiplications, nearly all in dot products of one block's length, which vek32 does at 25 a
// nanosecond where plain Go does 4 and gonum's blas32 13. Rejected: mat.Cholesky, float64 and the whole
// square, 8 times the memory and far slower.
func (t triangle) invert(block, workers int) error {
	n := len(t)
	left, right := newPanel(n, block), newPanel(n, block)
	for from := 0; from < n; from += block {
		to := min(n, from+block)
		left.resize(to-from, n)
		right.resize(to-from, n)
		d, err := t.pivot(from, to)
		if err != nil {
			return err
		}
		t.load(right, from, to)
		const rows = 64
		share(workers, (n+rows-1)/rows, func(_, task int) {
			for i := task * rows; i < min(n, (task+1)*rows); i++ {
				for k := range d {
					left[i][k] = vek32.Dot(right[i], d[k])
				}
			}
		})
		t.update(left, right, from, to, workers)
		t.store(left, d, from, to)
	}
	return nil
}

// pivot inverts a block on the diagonal; the result is symmetric.
func (t triangle) pivot(from, to int) ([][]float32, error) {
	n := to - from
	a := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			a.SetSym(i, j, float64(t[from+i][from+j]))
		}
	}
	var c mat.Cholesky
	var inverse mat.SymDense
	if !c.Factorize(a) {
		return nil, errNotPositive
	}
	if err := c.InverseTo(&inverse); err != nil {
		return nil, errNotPositive
	}
	d := make([][]float32, n)
	for i := range d {
		d[i] = make([]float32, n)
		for j := range d[i] {
			d[i][j] = float32(inverse.At(i, j))
		}
	}
	return d, nil
}

// load copies the columns of a block.
func (t triangle) load(p panel, from, to int) {
	for i := range t {
		for k := range p[i] {
			p[i][k] = t.at(i, from+k)
		}
	}
}

// update subtracts left · rightᵀ outside the block, in tiles whose part of right stays in the cache.
func (t triangle) update(left, right panel, from, to, workers int) {
	const rows, columns = 32, 128
	n := len(t)
	tasks := (n + rows - 1) / rows
	share(workers, tasks, func(_, task int) {
		top := (tasks - 1 - task) * rows // long rows first, so that the workers end together
		for tile := 0; tile < min(n, top+rows); tile += columns {
			for i := top; i < min(n, top+rows); i++ {
				if i >= from && i < to {
					continue
				}
				for j := tile; j < min(i+1, tile+columns); j++ {
					if j < from || j >= to {
						t[i][j] -= vek32.Dot(left[i], right[j])
					}
				}
			}
		}
	})
}

// store writes the block's own columns.
func (t triangle) store(left panel, d [][]float32, from, to int) {
	for i := range t {
		for k := range left[i] {
			switch j := from + k; {
			case i >= to:
				t[i][j] = left[i][k]
			case i < from:
				t[j][i] = left[i][k]
			case j <= i:
				t[i][j] = -d[i-from][k]
			}
		}
	}
}

// panel holds some columns of a matrix, row by row.
type panel [][]float32

func newPanel(n, width int) panel {
	all, p := make([]float32, n*width), make(panel, n)
	for i := range p {
		p[i] = all[i*width : (i+1)*width : (i+1)*width]
	}
	return p
}

func (p panel) resize(width, n int) {
	for i := range n {
		p[i] = p[i][:width]
	}
}
