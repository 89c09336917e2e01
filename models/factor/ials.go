package factor

import (
	"math"
	"math/rand/v2"

	"github.com/viterin/vek/vek32"
)

// Config says how members and items are factorised.
type Config struct {
	// Dim is d, the length of a vector. Default 64. Cost: 4 bytes × d for each member and item.
	Dim int
	// Block is how many of the dimensions are solved for at once. Default 16. Cost of an epoch:
	// purchases × d × Block for the sums, (members + items) × d × Block² for the solutions.
	Block int
	// Epochs is how often all members and all items are solved for. Default 10.
	Epochs int
	// Unknown is α, the weight of a pair that was not bought against one that was. Default 0.1, below
	// 1.
	Unknown float64
	// Lambda and Nu regularise a vector of n purchases by λ (n + α N)^ν, N being the rows of the other
	// side. Default 0.02 and 1; far above, all vectors shrink to nothing. The frequency scaling is that
	// of Rendle et al. 2022.
	Lambda, Nu float64
	// Seed draws the first vectors.
	Seed uint64
	// Workers is how many goroutines compute. Default and limit: the cores. The result does not depend
	// on it.
	Workers int
}

func (c Config) orDefault() Config {
	for _, d := range []struct {
		v *int
		d int
	}{{&c.Dim, 64}, {&c.Block, 16}, {&c.Epochs, 10}} {
		if *d.v <= 0 {
			*d.v = d.d
		}
	}
	c.Block = min(c.Block, c.Dim)
	if !(c.Unknown > 0 && c.Unknown < 1) {
		c.Unknown = .1
	}
	if !(c.Lambda > 0) || math.IsInf(c.Lambda, 0) {
		c.Lambda = .02
	}
	if !(c.Nu > 0 && c.Nu <= 2) {
		c.Nu = 1
	}
	c.Workers = workersOf(c.Workers)
	return c
}

// side is the vectors of all members, or of all items.
type side struct {
	dim  int
	rows []float32
}

func (s *side) len() int { return len(s.rows) / s.dim }

func (s *side) of(row int32) []float32 {
	return s.rows[int(row)*s.dim : (int(row)+1)*s.dim : (int(row)+1)*s.dim]
}

// draw makes small normal vectors with a variance of 0.01/d, as Rendle et al. do.
func draw(rows, dim int, seed, stream uint64) side {
	rng := rand.New(rand.NewPCG(seed, stream))
	s := side{dim: dim, rows: make([]float32, rows*dim)}
	for i := range s.rows {
		s.rows[i] = float32(rng.NormFloat64() * .1 / math.Sqrt(float64(dim)))
	}
	return s
}

// Factors is a vector for each member and each item; the product of two says how much one likes the
// other, about 1 for what was bought and 0 for what was not.
type Factors struct {
	cfg          Config
	users, items side
	gram         []float32 // of the items, for members who come later
}

// Fit minimises, over the vectors w of members and h of items,
//
//	Σ over purchases (w·h - 1)² + α Σ over all pairs (w·h)² + Σ over vectors λ (n + α N)^ν ‖·‖²
//
// by iALS++ (Rendle, Krichene, Zhang and Koren, "iALS++: Speeding up Matrix Factorization with Subspace
// Optimization", 2021): the vectors of one side are solved for while the other stands still, a block of
// dimensions at a time, each by one Newton step, which is exact within its block.
func Fit(x *Owned, cfg Config) *Factors {
	f, step := begin(x, cfg)
	for range f.cfg.Epochs {
		step()
	}
	return f
}

// begin draws the vectors and returns what makes one epoch.
func begin(x *Owned, cfg Config) (*Factors, func()) {
	cfg = cfg.orDefault()
	f := &Factors{cfg: cfg, users: draw(x.Users(), cfg.Dim, cfg.Seed, 1),
		items: draw(x.Items, cfg.Dim, cfg.Seed, 2)}
	f.gram = f.items.gram(cfg.Workers)
	back := x.transpose()
	solvers := make([]*solver, cfg.Workers)
	for i := range solvers {
		solvers[i] = newSolver(&cfg, cfg.Block)
	}
	return f, func() {
		f.users.solve(solvers, x, &f.items, f.gram)
		f.items.solve(solvers, back, &f.users, f.users.gram(cfg.Workers))
		f.gram = f.items.gram(cfg.Workers)
	}
}

// solve makes all vectors of one side anew.
func (s *side) solve(solvers []*solver, x *Owned, other *side, gram []float32) {
	const rows = 32
	share(len(solvers), (s.len()+rows-1)/rows, func(worker, task int) {
		for row := task * rows; row < min(s.len(), (task+1)*rows); row++ {
			solvers[worker].improve(s.of(int32(row)), x.Of(row), other, gram)
		}
	})
}

// gram is the sum of h hᵀ, d × d. Parts of rows are summed in an order that does not depend on the
// workers.
func (s *side) gram(workers int) []float32 {
	const parts = 64
	d, n := s.dim, s.len()
	sums := make([][]float32, parts)
	scratch := make([][]float32, workers)
	share(workers, parts, func(worker, part int) {
		if scratch[worker] == nil {
			scratch[worker] = make([]float32, d*run)
		}
		from, to := part*n/parts, (part+1)*n/parts
		sums[part] = make([]float32, d*d)
		for at := from; at < to; at += run {
			columns, long := lay(scratch[worker], d, min(run, to-at))
			for i := range min(run, to-at) {
				for p, v := range s.of(int32(at + i)) {
					columns[p*long+i] = v
				}
			}
			addSquare(sums[part], columns, d)
		}
	})
	total := make([]float32, d*d)
	for k := range total {
		var sum float64
		for _, part := range sums {
			sum += float64(part[k])
		}
		total[k] = float32(sum)
	}
	return total
}

// lay returns room for b rows of n numbers, each followed by zeros up to a multiple of 32: vek32
// multiplies 32 numbers in a third of the time of 31.
func lay(buf []float32, b, n int) (columns []float32, long int) {
	long = (n + 31) &^ 31
	columns = buf[:b*long]
	if n < long {
		clear(columns)
	}
	return columns, long
}

// addSquare adds C Cᵀ to a d × d matrix, both triangles, with C given row by row.
func addSquare(to, c []float32, d int) {
	long := len(c) / d
	for p := range d {
		left := c[p*long : (p+1)*long]
		for q := range p + 1 {
			v := vek32.Dot(left, c[q*long:(q+1)*long])
			to[p*d+q] += v
			if p != q {
				to[q*d+p] += v
			}
		}
	}
}
