package factor_test

import (
	"math"
	"reflect"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
	"github.com/tillstream/tillstream/models/planted"
)

func ease(t testing.TB, x *factor.Owned, cfg factor.EaseConfig) *factor.Ease {
	t.Helper()
	e, err := factor.FitEase(x, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// weight is B_ij as the model holds it.
func weight(e *factor.Ease, board *list.Board, i, j int32) float64 {
	board.Clear()
	e.Vote(board, []int32{i})
	return float64(board.Score(j))
}

// The oracle inverts the whole matrix in float64.
func TestEaseIsTheClosedForm(t *testing.T) {
	for _, items := range []int{1, 20, 300} { // below and above a block of the inversion
		w := planted.Make(planted.Config{Seed: 1, Users: 200, Items: items, Clusters: min(items, 10)})
		x := factor.OwnedOf(w.History)
		g := mat.NewSymDense(items, nil)
		for i := range items {
			g.SetSym(i, i, 20)
		}
		for u := range x.Users() {
			for _, i := range x.Of(u) {
				for _, j := range x.Of(u) {
					if i <= j {
						g.SetSym(int(i), int(j), g.At(int(i), int(j))+1)
					}
				}
			}
		}
		var p mat.Dense
		if err := p.Inverse(g); err != nil {
			t.Fatal(err)
		}
		e, board := ease(t, x, factor.EaseConfig{Lambda: 20, Top: items}), list.NewBoard(items)
		for i := range int32(items) {
			for j := range int32(items) {
				want := -p.At(int(i), int(j)) / p.At(int(j), int(j))
				if got := weight(e, board, i, j); i != j && math.Abs(got-want) > 2e-5 {
					t.Fatalf("%d items: B[%d,%d] is %v, want %v", items, i, j, got, want)
				}
			}
		}
	}
}

func TestEaseForAnyNumberOfWorkers(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 2, Items: 400}).History)
	one := ease(t, x, factor.EaseConfig{Workers: 1})
	if two := ease(t, x, factor.EaseConfig{Workers: 2}); !reflect.DeepEqual(one, two) {
		t.Error("two workers fit another model than one")
	}
}

// recallOf asks for the best 20 that the member does not own.
func recallOf(w *planted.World, vote func(board *list.Board, user int32, owned []int32)) float64 {
	board := list.NewBoard(w.Config.Items)
	return w.Recall(func(user int32, owned []int32) (items []int32) {
		board.Clear()
		vote(board, user, owned)
		for _, item := range owned {
			board.Skip(item)
		}
		for _, s := range board.Top(nil, 20) {
			items = append(items, s.Item)
		}
		return items
	})
}

func popular(w *planted.World) float64 {
	n := w.Popular()
	return recallOf(w, func(board *list.Board, _ int32, _ []int32) {
		for item, s := range n {
			board.Add(int32(item), s)
		}
	})
}

// EASE must hold at least 3 times what popularity holds of what members went on to buy, and its pruned
// lists at least 97 % of what all weights hold.
func TestEaseBeatsPopularity(t *testing.T) {
	for seed := range uint64(2) {
		w := planted.Make(planted.Config{Seed: seed, Users: 1000})
		x, base := factor.OwnedOf(w.History), popular(w)
		recall := func(top int) float64 {
			e := ease(t, x, factor.EaseConfig{Top: top})
			return recallOf(w, func(board *list.Board, _ int32, owned []int32) { e.Vote(board, owned) })
		}
		whole, pruned := recall(400), recall(100)
		t.Logf("seed %d: recall@20 %.3f, of 100 weights %.3f, popularity %.3f", seed, whole, pruned, base)
		if whole < 3*base || pruned < .97*whole {
			t.Errorf("seed %d: recall@20 %.3f, of 100 weights %.3f, popularity %.3f", seed, whole, pruned,
				base)
		}
	}
}

func TestEaseBadInput(t *testing.T) {
	var b history.Builder
	for basket := range int64(10000) {
		b.Add(history.Line{User: 1, Item: basket % 3, Basket: basket, Qty: 1})
	}
	x := factor.OwnedOf(b.Build([]int64{0, 1, 2, 3, 4}))
	e, board := ease(t, x, factor.EaseConfig{Lambda: math.NaN()}), list.NewBoard(5)
	e.Vote(board, []int32{-1, 99, 4, 0})
	for _, s := range board.Top(nil, 5) {
		if math.IsNaN(float64(s.Score)) {
			t.Errorf("got %v", s)
		}
	}
	if _, err := factor.FitEase(x, factor.EaseConfig{MaxItems: 4}); err == nil {
		t.Error("a catalogue above the limit is fitted")
	}
	if none := ease(t, &factor.Owned{}, factor.EaseConfig{}); none.Items() != 0 {
		t.Error("nothing gives a model")
	}
}

func TestEaseCodec(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 2, Items: 50}).History)
	want := ease(t, x, factor.EaseConfig{Top: 9})
	src, err := want.AppendBinary(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := factor.DecodeEase(src); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: another model than was written", err)
	}
}

func FuzzDecodeEase(f *testing.F) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 2, Users: 20, Items: 10}).History)
	src, _ := ease(f, x, factor.EaseConfig{Top: 3}).AppendBinary(nil)
	f.Add(src[16 : len(src)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "ease", 1)
		w.Raw(body)
		if e, err := factor.DecodeEase(w.Seal()); err == nil {
			e.Vote(list.NewBoard(e.Items()), []int32{0, 1, -2})
		}
	})
}
