package factor_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/planted"
)

func TestEveryEpochLowersTheLoss(t *testing.T) {
	for _, block := range []int{1, 5, 8, 16} {
		x := factor.OwnedOf(planted.Make(planted.Config{Seed: 1, Users: 60, Items: 40}).History)
		last := math.Inf(1)
		factor.Watch(x, factor.Config{Dim: 16, Block: block, Epochs: 6, Seed: 3}, func(loss float64) {
			if !(loss <= last*1.0001) {
				t.Errorf("blocks of %d: the loss rises from %v to %v", block, last, loss)
			}
			last = loss
		})
	}
}

// The oracle solves the normal equations of one member in float64.
func TestFoldIsTheClosedForm(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 1, Users: 300, Items: 80}).History)
	cfg := factor.Config{Dim: 12, Unknown: .1, Lambda: .02, Nu: 1, Seed: 3}
	f := factor.Fit(x, cfg)
	fold, got := f.NewFolder(), make([]float32, cfg.Dim)
	for u := range 20 {
		mine := x.Of(u)
		a, b := mat.NewDense(cfg.Dim, cfg.Dim, nil), mat.NewVecDense(cfg.Dim, nil)
		r := cfg.Lambda * (float64(len(mine)) + cfg.Unknown*float64(x.Items))
		for i := range int32(x.Items) {
			c := cfg.Unknown
			for _, m := range mine {
				if m == i {
					c++
					for p, v := range f.Item(i) {
						b.SetVec(p, b.AtVec(p)+float64(v))
					}
				}
			}
			for p, v := range f.Item(i) {
				for q, w := range f.Item(i) {
					a.Set(p, q, a.At(p, q)+c*float64(v)*float64(w))
				}
			}
		}
		for p := range cfg.Dim {
			a.Set(p, p, a.At(p, p)+r)
		}
		var want mat.VecDense
		if err := want.SolveVec(a, b); err != nil {
			t.Fatal(err)
		}
		fold.Fold(got, append([]int32{-1, 9999}, mine...))
		for p, v := range got {
			if math.Abs(float64(v)-want.AtVec(p)) > 1e-3*(1+math.Abs(want.AtVec(p))) {
				t.Fatalf("user %d: %v, want %v", u, got, want.RawVector().Data)
			}
		}
	}
}

func TestFactorsForAnyNumberOfWorkers(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 2}).History)
	fit := func(workers int) *factor.Factors {
		return factor.Fit(x, factor.Config{Dim: 16, Block: 8, Epochs: 3, Seed: 9, Workers: workers})
	}
	if !factor.Same(fit(1), fit(2)) {
		t.Error("two workers fit another model than one")
	}
}

// Factors must hold at least 3 times what popularity holds, for members of the training and for the
// same members folded in.
func TestFactorsBeatPopularity(t *testing.T) {
	for seed := range uint64(1) {
		w := planted.Make(planted.Config{Seed: seed, Users: 1000})
		f := factor.Fit(factor.OwnedOf(w.History), factor.Config{Dim: 32, Seed: seed})
		base := popular(w)
		fold, vector := f.NewFolder(), make([]float32, f.Dim())
		vote := func(board *list.Board, v []float32) {
			for i := range int32(f.Items()) {
				board.Add(i, f.Score(v, i))
			}
		}
		known := recallOf(w, func(b *list.Board, user int32, _ []int32) { vote(b, f.User(user)) })
		folded := recallOf(w, func(b *list.Board, _ int32, owned []int32) {
			fold.Fold(vector, owned)
			vote(b, vector)
		})
		t.Logf("seed %d: recall@20 %.3f, folded in %.3f, popularity %.3f", seed, known, folded, base)
		if known < 3*base || folded < 3*base {
			t.Errorf("seed %d: recall@20 %.3f, folded in %.3f, popularity %.3f", seed, known, folded, base)
		}
	}
}

func TestTopSkips(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 2, Users: 50, Items: 40}).History)
	f := factor.Fit(x, factor.Config{Dim: 8, Epochs: 2})
	mine := x.Of(0)
	got := f.Top(f.User(0), mine, make([]list.Scored, 0, 40))
	if len(got) != 40-len(mine) {
		t.Errorf("%d items of 40, %d are skipped", len(got), len(mine))
	}
	for _, s := range got {
		for _, m := range mine {
			if s.Item == m {
				t.Errorf("item %d is owned", m)
			}
		}
	}
}

func TestFactorsBadInput(t *testing.T) {
	nan := math.NaN()
	bad := factor.Config{Dim: 7, Block: 3, Epochs: 3, Unknown: nan, Lambda: nan, Nu: nan}
	for name, x := range map[string]*factor.Owned{
		"nothing":             {},
		"users without items": {Items: 3, Start: []int32{0, 0, 0}},
		"one item of all":     {Items: 1, Start: []int32{0, 1, 2}, Item: []int32{0, 0}},
		"nobody has item 2":   {Items: 3, Start: []int32{0, 2}, Item: []int32{0, 1}},
	} {
		f := factor.Fit(x, bad)
		for u := range int32(f.Users()) {
			for i := range int32(f.Items()) {
				if s := f.Score(f.User(u), i); s != s {
					t.Errorf("%s: user %d, item %d: %v", name, u, i, s)
				}
			}
		}
	}
}
