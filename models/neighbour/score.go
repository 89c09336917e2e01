package neighbour

import (
	"math"

	"github.com/tillstream/tillstream/models/list"
)

// Measure says how a count of common baskets becomes a score between 0 and 1.
type Measure uint8

const (
	// Cosine is c / (n_a^(1-α) · n_b^α), with c the baskets that hold both and n those that hold one. α
	// = 1/2 is the cosine of the two columns; α towards 1 favours rare partners, towards 0 popular
	// ones.
	Cosine Measure = iota
	// LogLikelihood is r/(r+10), where r is the ratio of Dunning ("Accurate Methods for the Statistics
	// of Surprise and Coincidence", 1993) for pairs met more often than chance, and 0 for the others.
	// 10.8 is the value that chance passes once in a thousand.
	LogLikelihood
)

// Config says how lists are made.
type Config struct {
	// Top is how many neighbours an item keeps. Default 50. Cost: 9 bytes for each.
	Top int
	// Measure of co-counts. Default Cosine.
	Measure Measure
	// Alpha is the popularity correction of Cosine, within 0 and 1. Default 0.5.
	Alpha float32
	// Shrink multiplies a score by c/(c+Shrink), so that one basket in common proves little. In
	// baskets; default 3; below 0 means none.
	Shrink float32
	// MinCount is how many common baskets a pair needs. Default 1.
	MinCount uint32
	// Weights blend the kinds of evidence. Default: DefaultWeights.
	Weights Weights
}

// Weights say how much each kind of evidence counts in a score; they are brought to a sum of 1.
type Weights [kinds]float32

// DefaultWeights trust baskets most. LearnWeights finds better ones for a chain's own baskets.
func DefaultWeights() Weights { return Weights{Bought: .6, Visited: .3, Alike: .1} }

// Kind is the evidence that weighs most in a score.
type Kind uint8

// The kinds of evidence.
const (
	Bought Kind = iota
	Visited
	Alike
	kinds
)

func (c Config) orDefault() Config {
	if c.Top <= 0 {
		c.Top = 50
	}
	if !(c.Alpha > 0 && c.Alpha <= 1) {
		c.Alpha = .5
	}
	if c.Shrink == 0 || c.Shrink != c.Shrink {
		c.Shrink = 3
	}
	c.Shrink = max(0, c.Shrink)
	if c.Weights.sum() <= 0 {
		c.Weights = DefaultWeights()
	}
	scale := 1 / c.Weights.sum()
	for k := range c.Weights {
		c.Weights[k] = max(0, c.Weights[k]) * scale
	}
	return c
}

// sum of the weights that are above 0.
func (w Weights) sum() (s float32) {
	for _, v := range w {
		if v > 0 {
			s += v
		}
	}
	return s
}

// offer gives the board the scores of the item's partners, times the weight.
func (c *Counts) offer(to *mix, item int32, cfg *Config, kind Kind) {
	if c == nil || cfg.Weights[kind] == 0 {
		return
	}
	r, held := &c.rows[item], c.held[item]
	left := float32(math.Pow(float64(held), float64(cfg.Alpha-1)))
	for i, p := range r.partner {
		n := r.n[i]
		if n < cfg.MinCount {
			continue
		}
		var s float32
		if cfg.Measure == Cosine {
			s = min(1, float32(n)*left*to.root(c.held[p], cfg.Alpha))
		} else {
			s = surprise(n, held, c.held[p], c.total)
		}
		to.add(p, cfg.Weights[kind]*s*float32(n)/(float32(n)+cfg.Shrink), kind)
	}
}

// surprise is Dunning's ratio, squashed. Of a 2×2 table with cells k, rows and columns,
//
//	r = 2 (Σ k ln k − Σ row ln row − Σ column ln column + N ln N)
func surprise(both, a, b, total uint32) float32 {
	if float64(both)*float64(total) <= float64(a)*float64(b) {
		return 0
	}
	k11, k12, k21 := float64(both), float64(a-min(a, both)), float64(b-min(b, both))
	k22 := max(0, float64(total)-k11-k12-k21)
	r := 2 * (xlogx(k11) + xlogx(k12) + xlogx(k21) + xlogx(k22) -
		xlogx(k11+k12) - xlogx(k21+k22) - xlogx(k11+k21) - xlogx(k12+k22) + xlogx(k11+k12+k21+k22))
	r = max(0, r) // rounding
	return float32(r / (r + 10))
}

func xlogx(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return x * math.Log(x)
}

// mix sums evidence of several kinds for one item at a time.
type mix struct {
	board *list.Board
	most  []float32 // the largest part of a score so far, and whose it is
	kind  []Kind
	roots []float32 // n^-α for small n, because a power costs as much as all else
}

func newMix(items int) *mix {
	return &mix{board: list.NewBoard(items), most: make([]float32, items), kind: make([]Kind, items)}
}

func (m *mix) root(n uint32, alpha float32) float32 {
	const kept = 1 << 12
	if n >= kept {
		return float32(math.Pow(float64(n), -float64(alpha)))
	}
	if m.roots == nil {
		m.roots = make([]float32, kept)
		for i := range m.roots {
			m.roots[i] = float32(math.Pow(max(1, float64(i)), -float64(alpha)))
		}
	}
	return m.roots[n]
}

func (m *mix) clear(self int32) {
	m.board.Clear()
	m.board.Skip(self)
}

func (m *mix) add(item int32, part float32, kind Kind) {
	if !(part > 0) || int(item) >= len(m.most) {
		return
	}
	if m.board.Score(item) == 0 || part > m.most[item] {
		m.most[item], m.kind[item] = part, kind
	}
	m.board.Add(item, part)
}
