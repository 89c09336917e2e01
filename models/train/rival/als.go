package rival

import (
	"math/rand/v2"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// als factorises by alternating least squares with a confidence (Hu, Koren and Volinsky, "Collaborative
// filtering for implicit feedback datasets", ICDM 2008): for each user
//
//	x_u = (YᵀY + α Σ y_i y_iᵀ + λI)⁻¹ (1+α) Σ y_i
//
// over the items bought, and the same for each item.
func als(d *data, cfg Config, workers int) *factors {
	f := newFactors(d, cfg)
	for range cfg.Epochs {
		solve(f.users, f.items, d.bought, cfg, workers)
		solve(f.items, f.users, d.buyers, cfg, workers)
	}
	return f
}

// alpha is the weight of a purchase above that of none.
const alpha = 40

func solve(rows, fixed []float32, seen [][]int32, cfg Config, workers int) {
	k := cfg.Factors
	gram := mat.NewSymDense(k, nil)
	for n := 0; n < len(fixed); n += k {
		addOuter(gram, fixed[n:n+k], 1)
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			a, b, x := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil), mat.NewVecDense(k, nil)
			var c mat.Cholesky
			for r := w * len(seen) / workers; r < (w+1)*len(seen)/workers; r++ {
				a.CopySym(gram)
				b.Zero()
				for _, other := range seen[r] {
					y := fixed[int(other)*k : int(other+1)*k]
					addOuter(a, y, alpha)
					for i, v := range y {
						b.SetVec(i, b.AtVec(i)+(1+alpha)*float64(v))
					}
				}
				for i := range k {
					a.SetSym(i, i, a.At(i, i)+cfg.Ridge)
				}
				if !c.Factorize(a) || c.SolveVecTo(x, b) != nil {
					continue // the row stays as it was
				}
				for i := range k {
					rows[r*k+i] = float32(x.AtVec(i))
				}
			}
		})
	}
	wg.Wait()
}

// addOuter adds w y yᵀ to the upper triangle.
func addOuter(a *mat.SymDense, y []float32, w float64) {
	raw := a.RawSymmetric()
	for i, v := range y {
		row := raw.Data[i*raw.Stride:]
		for j := i; j < len(y); j++ {
			row[j] += w * float64(v) * float64(y[j])
		}
	}
}

// factors are vectors of users and items, side by side.
type factors struct{ users, items []float32 }

func newFactors(d *data, cfg Config) *factors {
	r := rand.New(rand.NewPCG(cfg.Seed, 21))
	f := &factors{make([]float32, len(d.bought)*cfg.Factors), make([]float32, len(d.buyers)*cfg.Factors)}
	for _, all := range [][]float32{f.users, f.items} {
		for i := range all {
			all[i] = float32(r.NormFloat64()) * .1
		}
	}
	return f
}
