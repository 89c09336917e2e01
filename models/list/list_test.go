package list_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/pack"
)

// The oracle of the heap is a sort of everything.
func TestBestIsTheHeadOfASort(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 1))
		all := make([]list.Scored, rng.IntN(60))
		for i := range all {
			all[i] = list.Scored{Item: int32(i), Score: float32(rng.IntN(9))}
		}
		n := rng.IntN(20)
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		best := list.NewBest(nil, n)
		for _, s := range all {
			best.Offer(s.Item, s.Score)
			best.Offer(s.Item, float32(math.NaN()))
		}
		list.Sort(all)
		if want, got := all[:min(n, len(all))], best.Sorted(); !slices.Equal(got, want) {
			t.Fatalf("seed %d: got %v, want %v", seed, got, want)
		}
	}
}

func TestBoard(t *testing.T) {
	b := list.NewBoard(4)
	for range 3 {
		b.Clear()
		b.Skip(2)
		for _, item := range []int32{3, 1, 2, 3, 9, -1} {
			b.Add(item, 1.5)
		}
		want := []list.Scored{{Item: 3, Score: 3}, {Item: 1, Score: 1.5}}
		if got := b.Top(nil, 5); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if b.Score(3) != 3 || b.Score(0) != 0 || b.Score(9) != 0 || len(b.Touched()) != 3 {
			t.Errorf("scores %v, %v, touched %v", b.Score(3), b.Score(0), b.Touched())
		}
	}
}

func some() list.Lists {
	var l list.Lists
	l.Append([]list.Scored{{Item: 2, Score: .5}, {Item: 0, Score: .25}})
	l.Append(nil)
	l.Append([]list.Scored{{Item: 1, Score: 1}})
	return l
}

func decode(src []byte, items int) (list.Lists, error) {
	r, err := pack.Open(src, "list", 1)
	if err != nil {
		return list.Lists{}, err
	}
	l := list.Read(r, items)
	return l, r.Close()
}

func TestLists(t *testing.T) {
	l := some()
	w := pack.NewWriter(nil, "list", 1)
	l.Write(w)
	src := w.Seal()
	got, err := decode(src, 3)
	if err != nil || !reflect.DeepEqual(got, l) {
		t.Errorf("got %v, %v; want %v", got, err, l)
	}
	if _, err := decode(src, 2); err == nil {
		t.Error("an item outside is read without an error")
	}
	if items, _ := l.Of(3); items != nil || l.Len() != 3 {
		t.Errorf("row 3 of %d holds %v", l.Len(), items)
	}
}

func FuzzLists(f *testing.F) {
	l := some()
	w := pack.NewWriter(nil, "list", 1)
	l.Write(w)
	src := w.Seal()
	f.Add(src[16 : len(src)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "list", 1)
		w.Raw(body)
		l, err := decode(w.Seal(), 3)
		for row := range int32(l.Len()) {
			if items, scores := l.Of(row); err == nil && len(items) != len(scores) {
				t.Errorf("row %d has %d items and %d scores", row, len(items), len(scores))
			}
		}
	})
}
