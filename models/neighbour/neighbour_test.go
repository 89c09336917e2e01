package neighbour_test

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/pack"
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

func groups(g neighbour.Groups) (out [][]int32) {
	for n := range g.Len() {
		out = append(out, g.Of(n))
	}
	return out
}

func TestIncrementalIsBatch(t *testing.T) {
	for seed := range uint64(3) {
		w := planted.Make(planted.Config{Seed: seed, Users: 100, Items: 60, Sessions: 300})
		whole := sources(w)
		want := fit(t, whole, neighbour.Config{})
		rng := rand.New(rand.NewPCG(seed, 5))
		parts := whole
		parts.Bought = neighbour.NewCounts(60, neighbour.Limits{})
		parts.Visited = neighbour.NewCounts(60, neighbour.Limits{})
		live, err := neighbour.NewLive(parts, neighbour.Config{})
		if err != nil {
			t.Fatal(err)
		}
		baskets, visits := groups(neighbour.Baskets(w.History)), groups(neighbour.Visits(w.Sessions))
		rng.Shuffle(len(baskets), func(i, j int) { baskets[i], baskets[j] = baskets[j], baskets[i] })
		for i, b := range baskets {
			live.Buy(b)
			live.Buy([]int32{int32(i % 60), 59, 3})
			live.Refresh(5)
			live.Unbuy([]int32{3, int32(i % 60), 59})
		}
		for _, v := range visits {
			live.Visit(v)
		}
		if left := live.Refresh(1 << 30); left != 0 {
			t.Fatalf("%d lists are still stale", left)
		}
		live.RefreshAll()
		for item := range int32(60) {
			if got := live.Of(item); !reflect.DeepEqual(got, want.Of(item)) {
				t.Fatalf("seed %d, item %d: one by one gives %v, in one go %v", seed, item, got,
					want.Of(item))
			}
		}
		if len(live.Of(99).Item)+len(live.Of(-1).Item) != 0 {
			t.Error("an unknown item has neighbours")
		}
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
	c := neighbour.NewCounts(3, neighbour.Limits{})
	for i := range 1060 {
		switch {
		case i < 10:
			c.Add([]int32{0, 1})
		case i < 30:
			c.Add([]int32{0})
		case i < 60:
			c.Add([]int32{1})
		default:
			c.Add([]int32{2})
		}
	}
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
	c := neighbour.NewCounts(5, neighbour.Limits{Lines: 3, Partners: 2})
	for _, basket := range [][]int32{nil, {1}, {1, 1, 1}, {7, 1}, {-1}, {0, 1, 2, 3}} {
		c.Add(basket)
	}
	for range 10000 {
		c.Add([]int32{2, 3})
	}
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
	other := neighbour.Sources{Bought: c, Visited: neighbour.NewCounts(6, neighbour.Limits{})}
	if _, err := neighbour.Fit(other, neighbour.Config{}); err == nil {
		t.Error("sources of different sizes are taken")
	}
	if m := fit(t, neighbour.Sources{}, neighbour.Config{}); m.Items() != 0 || len(m.Of(0).Item) != 0 {
		t.Error("nothing gives lists")
	}
}

func TestPartnersAreBounded(t *testing.T) {
	c := neighbour.NewCounts(100, neighbour.Limits{Partners: 4})
	for i := range int32(99) {
		c.Add([]int32{0, i + 1})
		c.Add([]int32{0, 1})
	}
	n := len(fit(t, neighbour.Sources{Bought: c}, neighbour.Config{Top: 99}).Of(0).Item)
	if n > 8 || c.Together(0, 1) < 99 {
		t.Errorf("%d partners are kept, the best with %d", n, c.Together(0, 1))
	}
}

func TestCodec(t *testing.T) {
	s := sources(planted.Make(planted.Config{Seed: 2, Users: 50, Items: 50}))
	want := fit(t, s, neighbour.Config{Top: 7})
	src, _ := want.AppendBinary(nil)
	if got, err := neighbour.Decode(src); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v: another model than was written", err)
	}
	counts, _ := s.Bought.AppendBinary(nil)
	back, err := neighbour.DecodeCounts(counts)
	if err != nil {
		t.Fatal(err)
	}
	back.Add([]int32{1, 2})
	s.Bought.Add([]int32{2, 1})
	a, _ := back.AppendBinary(nil)
	if b, _ := s.Bought.AppendBinary(nil); !slices.Equal(a, b) {
		t.Error("counts that were read back count otherwise")
	}
}

func FuzzDecode(f *testing.F) {
	s := sources(planted.Make(planted.Config{Seed: 2, Users: 9, Items: 10, Sessions: 9}))
	m, _ := neighbour.Fit(s, neighbour.Config{Top: 3})
	model, _ := m.AppendBinary(nil)
	counts, _ := s.Bought.AppendBinary(nil)
	f.Add(model[16 : len(model)-4])
	f.Add(counts[16 : len(counts)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		w := pack.NewWriter(nil, "neig", 1)
		w.Raw(body)
		if m, err := neighbour.Decode(w.Seal()); err == nil {
			m.Basket(list.NewBoard(m.Items()), []int32{0, 1, -4})
		}
		w = pack.NewWriter(nil, "coco", 1)
		w.Raw(body)
		if c, err := neighbour.DecodeCounts(w.Seal()); err == nil && c.Items() > 1 {
			c.Add([]int32{0, 1})
			neighbour.Fit(neighbour.Sources{Bought: c}, neighbour.Config{})
		}
	})
}
