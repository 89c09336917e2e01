package factor

import (
	"fmt"
	"math"
	"slices"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
)

// EaseConfig says how the linear model is fitted.
type EaseConfig struct {
	// Lambda is the ridge λ, in users. Default 300; the paper finds 200 to 1,000 best for three public
	// data sets, and thin baskets of a supermarket want as much.
	Lambda float64
	// Top is how many weights each item keeps for serving, those of the largest size. Default 200.
	// Cost: 8 bytes each; an answer adds up the weights of all items of the member.
	Top int
	// MaxItems is the largest catalogue that is fitted. Default 10,000. Cost: 2 bytes × items², and
	// items³/2 multiplications, a quarter of a minute for 10,000 on two cores.
	MaxItems int
	// Workers is how many goroutines compute. Default and limit: the cores.
	Workers int
}

func (c EaseConfig) orDefault() EaseConfig {
	if !(c.Lambda > 0) {
		c.Lambda = 300
	}
	if c.Top <= 0 {
		c.Top = 200
	}
	if c.MaxItems <= 0 {
		c.MaxItems = 10_000
	}
	c.Workers = workersOf(c.Workers)
	return c
}

// Ease is the linear model: the score of item j for a member is the sum of B_ij over the member's items
// i.
type Ease struct{ weights list.Lists }

// FitEase fits the model of Steck ("Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019): B
// minimises ‖X - XB‖² + λ‖B‖² with a diagonal of zeros, that is, with P = (XᵀX + λI)⁻¹,
//
//	B_ij = -P_ij / P_jj for i ≠ j
//
// in float32 but for the inverses of diagonal blocks.
func FitEase(x *Owned, cfg EaseConfig) (*Ease, error) {
	cfg = cfg.orDefault()
	if x.Items > cfg.MaxItems {
		return nil, fmt.Errorf("cannot fit a closed form of %d items, at most %d", x.Items, cfg.MaxItems)
	}
	p := gram(x, float32(cfg.Lambda))
	if err := p.invert(256, cfg.Workers); err != nil {
		return nil, err
	}
	return &Ease{weights: p.heaviest(cfg.Top, cfg.Workers)}, nil
}

// gram is XᵀX + λI.
func gram(x *Owned, lambda float32) triangle {
	g := newTriangle(x.Items)
	for u := range x.Users() {
		items := x.Of(u)
		for at, i := range items {
			row := g[i]
			for _, j := range items[:at+1] {
				row[j]++
			}
		}
	}
	for i := range g {
		g[i][i] += lambda
	}
	return g
}

// heaviest keeps the largest weights of each row of B, given -P (whose sign the quotient does not
// show).
func (t triangle) heaviest(top, workers int) list.Lists {
	n := len(t)
	const wide = 64 // rows of one task: their columns lie side by side in the rows below
	kept := make([][]list.Scored, n)
	share(workers, (n+wide-1)/wide, func(_, task int) {
		from, to := task*wide, min(n, (task+1)*wide)
		best := make([]list.Best, to-from)
		for i := range best {
			best[i] = list.NewBest(make([]list.Scored, 0, top), top)
		}
		for j := range n {
			scale := 1 / t[j][j]
			for i := from; i < to; i++ {
				if i != j {
					best[i-from].Offer(int32(j), abs(t.at(i, j)*scale))
				}
			}
		}
		for i := range best {
			row := best[i].Sorted()
			for k, s := range row {
				row[k].Score = -t.at(from+i, int(s.Item)) / t[s.Item][s.Item]
			}
			row = slices.DeleteFunc(row, func(s list.Scored) bool { return s.Score == 0 })
			list.Sort(row)
			kept[from+i] = row
		}
	})
	var out list.Lists
	for _, row := range kept {
		out.Append(row)
	}
	return out
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }

// Items is how many items there are.
func (e *Ease) Items() int { return e.weights.Len() }

// Vote adds the scores for a member to the board, from the member's items alone: nothing is kept for a
// member, so a new or changed one needs no training. The items themselves stay out only if the caller
// skips them. Unknown items say nothing. No allocation.
func (e *Ease) Vote(board *list.Board, items []int32) {
	for _, i := range items {
		js, weights := e.weights.Of(i)
		for k, j := range js {
			board.Add(j, weights[k])
		}
	}
}

const easeKind = "ease"

// AppendBinary appends the model as one frame.
func (e *Ease) AppendBinary(dst []byte) ([]byte, error) {
	w := pack.NewWriter(dst, easeKind, 1)
	e.weights.Write(w)
	return w.Seal(), nil
}

// DecodeEase reads a model back; src must hold exactly one frame.
func DecodeEase(src []byte) (*Ease, error) {
	r, err := pack.Open(src, easeKind, 1)
	if err != nil {
		return nil, err
	}
	e := &Ease{weights: list.Read(r, math.MaxInt32)}
	r.Within(e.weights.Item, e.weights.Len())
	if err := r.Close(); err != nil {
		return nil, err
	}
	return e, nil
}
