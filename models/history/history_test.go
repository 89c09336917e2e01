package history_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/history"
)

func build(lines []history.Line) *history.History {
	var b history.Builder
	for _, l := range lines {
		b.Add(l)
	}
	return b.Build(nil)
}

func someLines(seed uint64) []history.Line {
	rng := rand.New(rand.NewPCG(seed, 1))
	lines := make([]history.Line, 400)
	for i := range lines {
		lines[i] = history.Line{User: 5 + rng.Int64N(9), Item: 100 + rng.Int64N(30), Time: rng.Int64N(20),
			Basket: rng.Int64N(2), Qty: float32(1+rng.IntN(3)) / 3}
	}
	return lines
}

func TestOrderOfFactsDoesNotMatter(t *testing.T) {
	for seed := range uint64(20) {
		lines := someLines(seed)
		want := build(slices.Clone(lines))
		swap := func(i, j int) { lines[i], lines[j] = lines[j], lines[i] }
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(lines), swap)
		if got := build(lines); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: another order of the lines gives another history", seed)
		}
	}
}

func TestNothingIsLost(t *testing.T) {
	for seed := range uint64(20) {
		lines := someLines(seed)
		var want, got float64
		for _, l := range lines {
			want += float64(l.Qty)
		}
		h := build(lines)
		for b := range int32(h.Baskets()) {
			items := h.Basket(b)
			if !slices.IsSorted(items) || len(slices.Compact(slices.Clone(items))) != len(items) {
				t.Fatalf("seed %d: basket %d holds %v", seed, b, items)
			}
			for _, q := range h.Quantities(b) {
				got += float64(q)
			}
		}
		if math.Abs(got-want) > 1e-3 {
			t.Errorf("seed %d: %v units, want %v", seed, got, want)
		}
	}
}

func TestBadQuantitiesAreNoLines(t *testing.T) {
	nan := float32(math.NaN())
	h := build([]history.Line{{User: 1, Item: 1}, {User: 1, Item: 2, Qty: -1}, {User: 1, Item: 3, Qty: nan},
		{User: 1, Item: 4, Qty: 2}})
	if h.Items.Len() != 1 || h.Items.ID(0) != 4 || h.Baskets() != 1 {
		t.Errorf("got items %v in %d baskets", h.Items.IDs(), h.Baskets())
	}
	if empty := build(nil); empty.Baskets() != 0 || len(empty.Start) != 1 || len(empty.First) != 1 {
		t.Errorf("no lines give %+v", empty)
	}
}

func TestHoldOut(t *testing.T) {
	h := build(someLines(3))
	for _, part := range []struct {
		name       string
		kept, left int
	}{
		{"by time", h.Before(10).Baskets(), h.From(10).Baskets()},
		{"the last", h.WithoutLast(1).Baskets(), h.Users.Len()},
	} {
		if part.kept+part.left != h.Baskets() || part.left == 0 {
			t.Errorf("%s: %d and %d baskets of %d", part.name, part.kept, part.left, h.Baskets())
		}
	}
	less := h.WithoutLast(1)
	for u := range int32(h.Users.Len()) {
		from, to := h.Of(u)
		f, e := less.Of(u)
		if e-f != max(0, to-from-1) || e > f && less.Time[e-1] > h.Time[to-1] {
			t.Errorf("user %d has %d baskets of %d", u, e-f, to-from)
		}
	}
}

func TestSessions(t *testing.T) {
	s := history.Group([]history.Click{
		{Session: 7, Item: 30, Time: 5, Pos: 1}, {Session: 2, Item: 10, Time: 9, Pos: 2},
		{Session: 2, Item: 30, Time: 8, Pos: 1}, {Session: 7, Item: 20, Time: 5, Pos: 0},
	}, []int64{40})
	if s.Len() != 2 || s.Items.Len() != 4 {
		t.Fatalf("got %d sessions of %d items", s.Len(), s.Items.Len())
	}
	ids := func(n int32) (out []int64) {
		for _, c := range s.Clicks(n) {
			out = append(out, s.Items.ID(c))
		}
		return out
	}
	if a, b := ids(0), ids(1); !slices.Equal(a, []int64{20, 30}) || !slices.Equal(b, []int64{30, 10}) {
		t.Errorf("got %v, %v", a, b)
	}
}
