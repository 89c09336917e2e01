package basket_test

import (
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/models/basket"
)

// What a member of a small shop would expect.
func TestHabitsComeFirst(t *testing.T) {
	m := model(t, basket.Config{})
	for v := range int64(4) {
		m.Add(1, basket.Basket{Time: v + 1, Items: []int64{10, 20 + v}})
		m.Add(2, basket.Basket{Time: v + 1, Items: []int64{30, 40 + v}})
		m.Add(3, basket.Basket{Time: v + 1, Items: []int64{30, 10, 50}})
	}
	var s basket.Scratch
	got := m.Recommend(&s, basket.Question{Member: 1, Most: 20}, nil)
	if got[0].Item != 10 || got[0].Reason != basket.Habit || got[0].Bought != 4 || got[0].Age != 0 {
		t.Errorf("the first suggestion is %+v, want the item of every visit", got[0])
	}
	at := slices.IndexFunc(got, func(g basket.Suggestion) bool { return g.Item == 50 })
	if at < 0 || got[at].Reason == basket.Habit || got[at].Bought != 0 {
		t.Errorf("what a like member bought is not among %+v", got)
	}
	if got := m.Recommend(&s, basket.Question{Member: 9, Most: 2}, nil); len(got) != 2 ||
		got[0].Item != 10 || got[1].Item != 30 || got[0].Reason != basket.Popular {
		t.Errorf("a stranger gets %+v, want the best sellers 10 and 30", got)
	}
}

func TestAStrangerGetsTheBestSellersOfTheStore(t *testing.T) {
	m := model(t, basket.Config{})
	m.Add(1, basket.Basket{Time: 1, Store: 7, Items: []int64{5}})
	for member := range int64(5) {
		m.Add(10+member, basket.Basket{Time: 1, Store: 8, Items: []int64{6}})
	}
	var s basket.Scratch
	for store, want := range map[int32]int64{7: 5, 8: 6, 9: 6, 0: 6} {
		got := m.Recommend(&s, basket.Question{Member: 99, Store: store, Most: 1}, nil)
		if len(got) != 1 || got[0].Item != want {
			t.Errorf("store %d offers %+v, want %d", store, got, want)
		}
	}
}

func check(t *testing.T, what string, got []basket.Suggestion, most int) {
	t.Helper()
	if len(got) > max(0, most) {
		t.Errorf("%s: %d suggestions, at most %d were wanted", what, len(got), most)
	}
	seen := map[int64]bool{}
	for _, g := range got {
		if math.IsNaN(g.Score) || math.IsInf(g.Score, 0) || seen[g.Item] {
			t.Errorf("%s: suggestion %+v", what, g)
		}
		seen[g.Item] = true
	}
}

func TestBadInput(t *testing.T) {
	m := decode(t, fitted(t, 1))
	var s basket.Scratch
	ask := func(what string, q basket.Question) {
		t.Helper()
		check(t, what, m.Recommend(&s, q, nil), q.Most)
	}
	ask("nobody was met", basket.Question{Member: 1, Most: 5})
	m.Add(1, basket.Basket{})
	if n := m.Stats().Members; n != 0 {
		t.Errorf("a basket of nothing made %d members", n)
	}
	m.Add(1, basket.Basket{Items: []int64{3, 3}})
	ask("one item", basket.Question{Member: 1, Most: 5})
	ask("none wanted", basket.Question{Member: 1})
	ask("fewer than none wanted", basket.Question{Member: 1, Most: -4})
	for range 3 {
		m.Add(2, basket.Basket{Time: math.MaxInt64, Store: -5, Items: []int64{math.MinInt64, math.MaxInt64}})
		m.Add(2, basket.Basket{Time: math.MinInt64, Items: []int64{0}})
	}
	ask("the ends of time", basket.Question{Member: 2, Most: 50, At: math.MinInt64, Store: -5})
	for v := range int64(10_000) {
		m.Add(3, basket.Basket{Time: v, Items: []int64{v % 700, 5}})
	}
	ask("10,000 baskets", basket.Question{Member: 3, Most: 50})
	wide := make([]int64, 3000)
	for i := range wide {
		wide[i] = int64(i)
	}
	m.Add(4, basket.Basket{Time: 1, Items: wide})
	ask("3,000 items", basket.Question{Member: 4, Most: 5000})
	st := m.Stats()
	if st.LinesRefused != 3000-6 || st.BasketsForgotten != 10_000-5+1 {
		t.Errorf("the limits refused %d lines and %d baskets", st.LinesRefused, st.BasketsForgotten)
	}
	if _, err := basket.New(basket.Config{MaxLines: -1}); err == nil {
		t.Error("a negative limit was taken")
	}
}

func TestNothingToLearnFrom(t *testing.T) {
	for _, all := range [][]purchase{nil, {{1, basket.Basket{Time: 1, Items: []int64{4}}}},
		{{1, basket.Basket{Time: 1, Items: []int64{4}}}, {1, basket.Basket{Time: 2, Items: []int64{4}}}}} {
		m, err := basket.Fit(historyOf(all), basket.Config{})
		if err != nil {
			t.Fatal(err)
		}
		var s basket.Scratch
		check(t, "a tiny history", m.Recommend(&s, basket.Question{Member: 1, Most: 5}, nil), 5)
	}
}

func TestManyAskWhileOneAdds(t *testing.T) {
	m, all := decode(t, fitted(t, 2)), world(7, 40, 30)
	m.Load(historyOf(all[:20]))
	var wg sync.WaitGroup
	for r := range int64(3) {
		wg.Go(func() {
			var s basket.Scratch
			for i := range int64(200) {
				q := basket.Question{Member: 100 + 7*((i+r)%40), Most: 10}
				check(t, "while baskets come", m.Recommend(&s, q, nil), 10)
			}
		})
	}
	for i, p := range all[20:] {
		m.Add(p.member, p.Basket)
		if i%5 == 4 {
			m.Delete(all[i].member)
		}
	}
	wg.Wait()
}
