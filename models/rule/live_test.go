package rule_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

// sale is one basket as it rings.
type sale struct {
	store, season int32
	items         []int64
}

// someSales draws sales of 3 stores in 2 seasons; ids are far from 0, and some items stand twice.
func someSales(seed uint64, n int) []sale {
	rng := rand.New(rand.NewPCG(seed, 9))
	all := make([]sale, n)
	for i := range all {
		all[i] = sale{store: 1 + rng.Int32N(3), season: 1 + rng.Int32N(2)}
		for range rng.IntN(9) {
			all[i].items = append(all[i].items, 1e12+int64(min(rng.IntN(30), rng.IntN(30))))
		}
	}
	return all
}

func live(cfg rule.LiveConfig, sales []sale) *rule.Live {
	l := rule.NewLive(cfg)
	for _, s := range sales {
		l.Add(s.store, s.season, s.items)
	}
	return l
}

// batch counts the pairs of a scope anew.
func batch(sales []sale, s rule.Scope) map[[2]int64]rule.Counts {
	single, pair, total := map[int64]int32{}, map[[2]int64]int32{}, int32(0)
	for _, sale := range sales {
		if s.Store != 0 && s.Store != sale.store || s.Season != 0 && s.Season != sale.season {
			continue
		}
		total++
		items := slices.Compact(slices.Sorted(slices.Values(sale.items)))
		for _, a := range items {
			single[a]++
			for _, b := range items {
				pair[[2]int64{a, b}]++
			}
		}
	}
	counts := map[[2]int64]rule.Counts{}
	for a := range single {
		for b := range single {
			if a != b {
				counts[[2]int64{a, b}] = rule.Counts{Both: pair[[2]int64{a, b}], Left: single[a],
					Right: single[b], Total: total}
			}
		}
	}
	return counts
}

func allScopes() (all []rule.Scope) {
	for store := range int32(4) {
		for season := range int32(3) {
			all = append(all, rule.Scope{Store: store, Season: season})
		}
	}
	return all
}

// equal compares a Live with a batch over the sales, pair by pair and scope by scope.
func equal(t *testing.T, l *rule.Live, sales []sale) {
	t.Helper()
	for _, s := range allScopes() {
		for pair, want := range batch(sales, s) {
			if got := l.Pair(s, pair[0], pair[1]); got != want {
				t.Fatalf("%+v, %v: got %+v, want %+v", s, pair, got, want)
			}
		}
	}
}

func TestLiveIsBatch(t *testing.T) {
	for seed := range uint64(10) {
		sales := someSales(seed, 300)
		l := live(rule.LiveConfig{}, sales)
		equal(t, l, sales)
		for _, s := range sales[:120] {
			l.Remove(s.store, s.season, s.items)
		}
		equal(t, l, sales[120:])
		for _, s := range sales[:50] { // on slots that have fallen to 0
			l.Add(s.store, s.season, s.items)
		}
		equal(t, l, append(slices.Clone(sales[:50]), sales[120:]...))
	}
}

func TestLivePartnersAreTheMinedRules(t *testing.T) {
	sales := someSales(4, 500)
	l := live(rule.LiveConfig{}, sales)
	var chain [][]int32
	for _, s := range sales {
		var items []int32
		for _, id := range s.items {
			items = append(items, int32(id-1e12))
		}
		chain = append(chain, items)
	}
	mined := rules(t, mine(t, baskets(30, chain...), rule.Config{MinCount: 3, MaxLength: 2}), rule.Wanted{})
	found := 0
	for item := range int32(30) {
		var want []rule.Partner
		for _, r := range mined {
			if r.If[0] == item {
				want = append(want, rule.Partner{Item: 1e12 + int64(r.Then[0]), Counts: r.Counts})
			}
		}
		got := l.Partners(rule.Scope{}, 1e12+int64(item), rule.Ask{Most: 1000, MinCount: 3}, nil)
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("item %d: got %+v, want %+v", item, got, want)
		}
		few := l.Partners(rule.Scope{}, 1e12+int64(item), rule.Ask{Most: 4, MinCount: 3}, nil)
		if !slices.Equal(few, want[:min(4, len(want))]) {
			t.Fatalf("item %d: got %+v, want the first of %+v", item, few, want)
		}
		found += len(got)
	}
	if found < 50 {
		t.Fatalf("only %d partners were compared", found)
	}
}

func TestMergeIsOneLive(t *testing.T) {
	for seed := range uint64(6) {
		sales := someSales(seed, 300)
		a, b := live(rule.LiveConfig{}, sales[:100]), live(rule.LiveConfig{}, sales[100:])
		a.Merge(b)
		equal(t, a, sales)
		other := live(rule.LiveConfig{}, sales[100:])
		other.Merge(live(rule.LiveConfig{}, sales[:100]))
		equal(t, other, sales)
		if got, want := a.Stats(), live(rule.LiveConfig{}, sales).Stats(); got != want {
			t.Errorf("seed %d: got %+v, want %+v", seed, got, want)
		}
	}
}

// Once counts are forgotten, none is too high, and none too low by more than is said.
func TestForgettingIsBounded(t *testing.T) {
	for seed := range uint64(12) {
		sales := someSales(seed, 600)
		cfg := rule.LiveConfig{MaxCounts: 800 + 300*int(seed)}
		l := live(cfg, sales[:400])
		for _, s := range sales[:150] {
			l.Remove(s.store, s.season, s.items)
		}
		l.Merge(live(cfg, sales[400:]))
		if got := l.Stats(); got.Counts > cfg.MaxCounts || got.Forgotten == 0 {
			t.Fatalf("seed %d: %+v within %d", seed, got, cfg.MaxCounts)
		}
		for _, s := range allScopes() {
			lost := l.Lost(s)
			for pair, want := range batch(sales[150:], s) {
				got := l.Pair(s, pair[0], pair[1])
				for i, n := range [][2]int32{{got.Both, want.Both}, {got.Left, want.Left},
					{got.Right, want.Right}} {
					if n[0] > n[1] || n[1]-n[0] > lost {
						t.Fatalf("seed %d, %+v, %v: count %d is %d, not %d, lost at most %d", seed, s, pair,
							i, n[0], n[1], lost)
					}
				}
				if got.Total != want.Total || got.Both > min(got.Left, got.Right) {
					t.Fatalf("seed %d, %+v, %v: %+v", seed, s, pair, got)
				}
			}
		}
	}
}

func TestNearAnswersFromTheNarrowestScope(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{})
	for range 40 {
		l.Add(1, 1, []int64{10, 20})
	}
	for range 35 {
		l.Add(2, 1, []int64{10, 30})
	}
	l.Add(2, 2, []int64{10, 30})
	f := func(store, season int32, item int64, partners int, want rule.Scope) {
		t.Helper()
		got, from := l.Near(store, season, item, rule.Ask{}, nil)
		if len(got) != partners || from != want {
			t.Errorf("store %d, season %d, item %d: got %+v from %+v", store, season, item, got, from)
		}
	}
	f(1, 1, 10, 1, rule.Scope{Store: 1, Season: 1})
	f(2, 2, 10, 1, rule.Scope{Store: 2})
	f(3, 1, 10, 2, rule.Scope{Season: 1})
	f(3, 2, 10, 2, rule.Scope{})
	f(1, 1, 99, 0, rule.Scope{})
	l.Drop(rule.Scope{Store: 1, Season: 1})
	f(1, 1, 10, 1, rule.Scope{Store: 1})
}

func TestWhatIsPassedOverIsCounted(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{MaxItems: 3, MaxScopes: 3, MaxBasket: 2})
	l.Add(1, 0, nil)
	l.Add(1, 0, []int64{1, 2, 2, 1})
	l.Add(1, 0, []int64{1, 2, 3})
	l.Add(1, 0, []int64{1, 4})
	l.Add(2, 1, []int64{1})
	l.Remove(9, 9, []int64{1, 77})
	got := l.Stats()
	want := rule.LiveStats{Scopes: 3, Items: 3, Counts: got.Counts, Oversize: 1, ScopesRefused: 2,
		ItemsRefused: 1}
	if got != want {
		t.Errorf("got %+v", got)
	}
	if c := l.Pair(rule.Scope{Store: 1}, 1, 2); c != (rule.Counts{Both: 1, Left: 2, Right: 1, Total: 3}) {
		t.Errorf("got %+v", c)
	}
	if c := l.Pair(rule.Scope{Store: 7}, 1, 2); c != (rule.Counts{}) {
		t.Errorf("a store that nobody knows has %+v", c)
	}
}

func TestLiveBearsManyAtOnce(t *testing.T) {
	sales := someSales(1, 400)
	l := rule.NewLive(rule.LiveConfig{})
	var group sync.WaitGroup
	for i := range 4 {
		group.Go(func() {
			for _, s := range sales[i*100 : (i+1)*100] {
				l.Add(s.store, s.season, s.items)
				l.Near(s.store, s.season, 1e12+3, rule.Ask{}, nil)
			}
		})
	}
	group.Wait()
	equal(t, l, sales)
}
