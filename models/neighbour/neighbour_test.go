package neighbour_test

import (
	"math"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/planted"
	"github.com/tillstream/tillstream/models/trait"
)

func sources(w *planted.World) neighbour.Sources {
	items := w.Config.Items
	return neighbour.Sources{
		Bought:  neighbour.Count(items, neighbour.Baskets(w.History), neighbour.Limits{}),
		Visited: neighbour.Count(items, neighbour.Visits(w.Sessions), neighbour.Limits{}),
		Alike:   trait.Build(items, w.Facts, trait.DefaultWeights()).Lists(50, trait.DefaultHolders),
	}
}

// grouping gathers baskets.
type grouping neighbour.Groups

func (g *grouping) add(items ...int32) {
	if len(g.Start) == 0 {
		g.Start = []int32{0}
	}
	g.Item = append(g.Item, items...)
	g.Start = append(g.Start, int32(len(g.Item)))
}

func fit(t *testing.T, s neighbour.Sources, cfg neighbour.Config) *neighbour.Model {
	t.Helper()
	m, err := neighbour.Fit(s, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The oracle counts every pair of every basket in a map.
func TestCountsAreTheBruteForce(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 1, Users: 80, Items: 40})
	c := neighbour.Count(40, neighbour.Visits(w.Sessions), neighbour.Limits{Lines: 8})
	want, held, total, refused := map[[2]int32]uint32{}, map[int32]uint32{}, uint32(0), uint32(0)
	for s := range int32(w.Sessions.Len()) {
		items := slices.Compact(slices.Sorted(slices.Values(w.Sessions.Clicks(s))))
		if len(items) > 8 {
			refused++
			continue
		}
		total++
		for _, a := range items {
			held[a]++
			for _, b := range items {
				want[[2]int32{a, b}]++
			}
		}
	}
	for a := range int32(40) {
		for b := range int32(40) {
			if got := c.Together(a, b); a != b && got != want[[2]int32{a, b}] {
				t.Fatalf("%d with %d: %d, want %d", a, b, got, want[[2]int32{a, b}])
			}
		}
		if c.Held(a) != held[a] {
			t.Fatalf("%d: in %d, want %d", a, c.Held(a), held[a])
		}
	}
	if c.Total() != total || c.Refused != refused || refused == 0 {
		t.Errorf("%d counted, %d refused; want %d, %d", c.Total(), c.Refused, total, refused)
	}
}

// recall of lists summed over what the member owns.
func recall(w *planted.World, m *neighbour.Model) float64 {
	board := list.NewBoard(w.Config.Items)
	return w.Recall(func(_ int32, owned []int32) []int32 {
		board.Clear()
		m.Basket(board, owned)
		return itemsOf(board.Top(nil, 20))
	})
}

func itemsOf(s []list.Scored) (items []int32) {
	for _, x := range s {
		items = append(items, x.Item)
	}
	return items
}

func popular(w *planted.World) float64 {
	n, board := w.Popular(), list.NewBoard(w.Config.Items)
	return w.Recall(func(_ int32, owned []int32) []int32 {
		board.Clear()
		for _, item := range owned {
			board.Skip(item)
		}
		for item, s := range n {
			board.Add(int32(item), s)
		}
		return itemsOf(board.Top(nil, 20))
	})
}

// Neighbours must hold at least 1.7 times what popularity holds of what members went on to buy.
func TestNeighboursBeatPopularity(t *testing.T) {
	for seed := range uint64(3) {
		w := planted.Make(planted.Config{Seed: seed})
		s, base := sources(w), popular(w)
		for _, measure := range []neighbour.Measure{neighbour.Cosine, neighbour.LogLikelihood} {
			got := recall(w, fit(t, s, neighbour.Config{Measure: measure}))
			t.Logf("seed %d, measure %d: recall@20 %.3f, popularity %.3f", seed, measure, got, base)
			if got < 1.7*base {
				t.Errorf("seed %d, measure %d: recall@20 %.3f, popularity %.3f", seed, measure, got, base)
			}
		}
	}
}

func TestLearntWeightsAreNoWorse(t *testing.T) {
	w := planted.Make(planted.Config{Seed: 4})
	held := w.History.From(5 * 86400)
	s := sources(w)
	before := neighbour.Baskets(w.History.Before(5 * 86400))
	s.Bought = neighbour.Count(w.Config.Items, before, neighbour.Limits{})
	learnt, found, err := neighbour.LearnWeights(s, neighbour.Baskets(held), neighbour.Config{Top: 20})
	if err != nil || learnt[0] < 0 || math.Abs(float64(learnt[0]+learnt[1]+learnt[2]-1)) > 1e-6 {
		t.Fatalf("learnt %v, %v", learnt, err)
	}
	one := neighbour.Groups{Start: []int32{0, 1}, Item: []int32{3}}
	if _, none, err := neighbour.LearnWeights(s, one, neighbour.Config{}); none != 0 || err != nil {
		t.Errorf("a basket of one item gives %v, %v", none, err)
	}
	t.Logf("learnt %v with recall %.3f", learnt, found)
	if found < .2 {
		t.Errorf("learnt weights %v find %.3f of the rest of a basket", learnt, found)
	}
}

// The oracle is the entropy form of the ratio, on the table 10, 20, 30, 1000.
func TestLogLikelihood(t *testing.T) {
	var g grouping
	for i := range 1060 {
		switch {
		case i < 10:
			g.add(0, 1)
		case i < 30:
			g.add(0)
		case i < 60:
			g.add(1)
		default:
			g.add(2)
		}
	}
	c := neighbour.Count(3, neighbour.Groups(g), neighbour.Limits{})
	cfg := neighbour.Config{Measure: neighbour.LogLikelihood, Shrink: -1, Weights: neighbour.Weights{1, 0, 0}}
	got := fit(t, neighbour.Sources{Bought: c}, cfg).Of(0)
	h := func(counts ...float64) (sum float64) { // N · entropy in nats
		var n float64
		for _, k := range counts {
			n += k
		}
		for _, k := range counts {
			sum -= k * math.Log(k/n)
		}
		return sum
	}
	ratio := 2 * (h(30, 1030) + h(40, 1020) - h(10, 20, 30, 1000))
	if want := ratio / (ratio + 10); len(got.Item) != 1 || math.Abs(float64(got.Score[0])-want) > 1e-6 {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestBadInput(t *testing.T) {
	var g grouping
	for _, basket := range [][]int32{nil, {1}, {1, 1, 1}, {7, 1}, {-1}, {0, 1, 2, 3}} {
		g.add(basket...)
	}
	for range 10000 {
		g.add(2, 3)
	}
	c := neighbour.Count(5, neighbour.Groups(g), neighbour.Limits{Lines: 3, Partners: 2})
	if c.Refused != 3 || c.Total() != 10002 || c.Together(2, 3) != 10000 {
		t.Errorf("refused %d, counted %d", c.Refused, c.Total())
	}
	nan := float32(math.NaN())
	m := fit(t, neighbour.Sources{Bought: c}, neighbour.Config{Alpha: nan, Shrink: nan,
		Weights: neighbour.Weights{nan, -1, 0}})
	for item := range int32(5) {
		for _, s := range m.Of(item).Score {
			if !(s > 0 && s <= 1) {
				t.Errorf("item %d has the score %v", item, s)
			}
		}
	}
	other := neighbour.Sources{Bought: c,
		Visited: neighbour.Count(6, neighbour.Groups(grouping{}), neighbour.Limits{})}
	if _, err := neighbour.Fit(other, neighbour.Config{}); err == nil {
		t.Error("sources of different sizes are taken")
	}
	if m := fit(t, neighbour.Sources{}, neighbour.Config{}); len(m.Of(0).Item) != 0 {
		t.Error("nothing gives lists")
	}
}

func TestPartnersAreBounded(t *testing.T) {
	var g grouping
	for i := range int32(99) {
		g.add(0, i+1)
		g.add(0, 1)
	}
	c := neighbour.Count(100, neighbour.Groups(g), neighbour.Limits{Partners: 4})
	n := len(fit(t, neighbour.Sources{Bought: c}, neighbour.Config{Top: 99}).Of(0).Item)
	if n > 8 || c.Together(0, 1) < 99 {
		t.Errorf("%d partners are kept, the best with %d", n, c.Together(0, 1))
	}
}
