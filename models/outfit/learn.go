package outfit

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/tillstream/tillstream/models/history"
)

// LearnConfig bounds learning.
type LearnConfig struct {
	// MaxBasket bounds the looks of a basket that are paired; of larger ones the first count. Default 20:
	// pairs grow with the square.
	MaxBasket int
	// MaxPairs bounds the pairs that weights are fitted on. Default 50,000, about a second.
	MaxPairs int
	// Ridge pulls weights towards 0, in pairs. Default 10.
	Ridge float64
	// Seed draws the pairs that nobody bought.
	Seed uint64
}

func (c LearnConfig) filled() LearnConfig {
	if c.MaxBasket < 2 {
		c.MaxBasket = 20
	}
	if c.MaxPairs <= 0 {
		c.MaxPairs = 50_000
	}
	if !(c.Ridge > 0) {
		c.Ridge = 10
	}
	return c
}

// The traits of a pair. Logarithms of lifts are natural.
const (
	byStyle    = iota // ln lift of the two styles
	byCategory        // ln lift of the two categories
	byBrand           // ln lift of the two brands
	byColour          // harmony of the colours, less that of unknown ones
	byPrice           // − how much dearer one is for what it is, in ln
	bySeason          // 1 the same season, −1 another, 0 unknown
	pairTraits
)

// Weights are what a trait counts.
type Weights [pairTraits]float64

// defaultWeights hold where there are no pairs to learn from.
var defaultWeights = Weights{1, 1, .5, 1, .3, .3}

// Model is what co-purchase teaches. It is never changed.
type Model struct {
	styles, categories, brands *counts
	weights                    Weights
}

// Learn counts which looks stand in one basket, and fits the weights of the traits: a logistic
// regression tells pairs that were bought from pairs of the same slots drawn by popularity, so that
// it learns what goes together and not what sells. The counts behind the traits are of even users,
// the pairs of odd ones; afterwards counts are of all. (Importance of unseen pairs: shrinkage, see
// counts.lift.) The user 0 of a history stands for all who are not known: each basket is a user.
func Learn(w *Wardrobe, cfg LearnConfig, from ...*history.History) (*Model, error) {
	if w == nil || len(from) == 0 || slices.Contains(from, nil) {
		return nil, errors.New("cannot learn outfits: a wardrobe and a history are required")
	}
	cfg = cfg.filled()
	half, err := w.count(from, cfg, func(who int) bool { return who%2 == 0 })
	if err != nil {
		return nil, err
	}
	weights := w.fit(from, half, cfg)
	m, err := w.count(from, cfg, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	m.weights = weights
	return m, nil
}

// baskets calls take with the looks of each basket of some users.
func (w *Wardrobe) baskets(from []*history.History, cfg LearnConfig, of func(who int) bool,
	take func([]int32)) {
	for _, h := range from {
		w.basketsOf(h, cfg, of, take)
	}
}

func (w *Wardrobe) basketsOf(h *history.History, cfg LearnConfig, of func(who int) bool,
	take func([]int32)) {
	of32 := make([]int32, h.Items.Len())
	for i, id := range h.Items.IDs() {
		n, ok := w.ofSKU[id]
		if of32[i] = n; !ok {
			of32[i] = -1
		}
	}
	var looks []int32
	for u := range h.Users.Len() {
		from, to := h.Of(int32(u))
		for b := from; b < to; b++ {
			who := u
			if h.Users.ID(int32(u)) == 0 {
				who = int(b)
			}
			if !of(who) {
				continue
			}
			looks = looks[:0]
			for _, item := range h.Basket(b) {
				if n := of32[item]; n >= 0 && len(looks) < cfg.MaxBasket && !slices.Contains(looks, n) {
					looks = append(looks, n)
				}
			}
			if len(looks) > 0 {
				take(looks)
			}
		}
	}
}

func (w *Wardrobe) count(h []*history.History, cfg LearnConfig, of func(who int) bool) (*Model, error) {
	s, c, b := newTally(), newTally(), newTally()
	var ids []int32
	w.baskets(h, cfg, of, func(looks []int32) {
		for _, x := range [...]struct {
			to *tally
			of func(*look) int32
		}{{s, func(l *look) int32 { return l.style }}, {c, func(l *look) int32 { return l.category }},
			{b, func(l *look) int32 { return l.brand }}} {
			ids = ids[:0]
			for _, n := range looks {
				if id := x.of(&w.looks[n]); id >= 0 && !slices.Contains(ids, id) {
					ids = append(ids, id)
				}
			}
			x.to.basket(ids)
		}
	})
	m := &Model{weights: defaultWeights}
	var err error
	if m.styles, err = s.counts(namesOf(w.styles,
		func(id int64) string { return fmt.Sprint(id) })); err != nil {
		return nil, err
	}
	if m.categories, err = c.counts(namesOf(w.categories, func(s string) string { return s })); err != nil {
		return nil, err
	}
	m.brands, err = b.counts(namesOf(w.brands, func(s string) string { return s }))
	return m, err
}

func namesOf[K comparable](in map[K]int32, name func(K) string) []string {
	names := make([]string, len(in))
	for key, n := range in {
		names[n] = strings.ReplaceAll(name(key), "\x00", " ") // which separates names on the wire
	}
	return names
}

// fit fits the weights on pairs of odd users.
func (w *Wardrobe) fit(h []*history.History, half *Model, cfg LearnConfig) Weights {
	r := rand.New(rand.NewPCG(cfg.Seed, 0x0f17))
	s := newStylist(w, half)
	var sold [slotCount][]int32
	w.baskets(h, cfg, func(int) bool { return true }, func(looks []int32) {
		for _, n := range looks {
			sold[w.looks[n].slot] = append(sold[w.looks[n].slot], n)
		}
	})
	var rows []Weights
	var bought []bool
	w.baskets(h, cfg, func(who int) bool { return who%2 == 1 }, func(looks []int32) {
		for i, a := range looks {
			for j, b := range looks {
				slot := w.looks[b].slot
				if i == j || Clash(w.looks[a].slot, slot) || len(rows) >= 2*cfg.MaxPairs {
					continue
				}
				rows = append(rows, s.traits(a, b), s.traits(a, sold[slot][r.IntN(len(sold[slot]))]))
				bought = append(bought, true, false)
			}
		}
	})
	if len(rows) < 200 {
		return defaultWeights
	}
	if weights, ok := regress(rows, bought, cfg.Ridge); ok {
		return weights
	}
	return defaultWeights
}

// regress is a logistic regression without intercept by Newton's method, with a ridge penalty that
// holds it where traits say the same. (Hastie, Tibshirani and Friedman: The Elements of Statistical
// Learning, 2009, 4.4.)
func regress(rows []Weights, bought []bool, ridge float64) (w Weights, ok bool) {
	for range 12 {
		hessian, gradient := mat.NewSymDense(pairTraits, nil), mat.NewVecDense(pairTraits, nil)
		for i := range pairTraits {
			hessian.SetSym(i, i, ridge)
			gradient.SetVec(i, -ridge*w[i])
		}
		for k := range rows {
			x := &rows[k]
			p := 1 / (1 + math.Exp(-dot(&w, x)))
			y := 0.
			if bought[k] {
				y = 1
			}
			for i := range pairTraits {
				gradient.SetVec(i, gradient.AtVec(i)+(y-p)*x[i])
				for j := i; j < pairTraits; j++ {
					hessian.SetSym(i, j, hessian.At(i, j)+p*(1-p)*x[i]*x[j])
				}
			}
		}
		var factor mat.Cholesky
		var step mat.VecDense
		if !factor.Factorize(hessian) || factor.SolveVecTo(&step, gradient) != nil {
			return w, false
		}
		longest := 0.
		for i := range pairTraits {
			w[i] += step.AtVec(i)
			longest = max(longest, math.Abs(step.AtVec(i)))
		}
		if math.IsNaN(longest) || longest > 1e6 {
			return w, false
		}
		if longest < 1e-6 {
			break
		}
	}
	return w, true
}

func dot(a, b *Weights) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
