package popular_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/popular"
)

const (
	items  = 120
	stores = 6
	begin  = 1_700_000_000
	day    = 86400
)

// sales of 60 days: items of the first half are sold in the morning, of the second in the evening; each
// store sells mostly every sixth item; item 77 sells twenty times as much in the last four days.
func sales(seed uint64, n int) []popular.Sale {
	rng := rand.New(rand.NewPCG(seed, 1))
	var out []popular.Sale
	for len(out) < n {
		s := popular.Sale{Store: rng.Int32N(stores), Item: rng.Int32N(items), Units: float32(1 + rng.IntN(3)),
			Time: begin + rng.Int64N(60*day)}
		evening := popular.At(s.Time, 0).Hour >= 12
		keep := .1
		if s.Item%stores == s.Store {
			keep = .5
		}
		if evening == (s.Item >= items/2) {
			keep *= 2
		}
		if s.Item == 77 {
			keep = .01
			if s.Time > begin+56*day {
				keep = .9
			}
		}
		if rng.Float64() < keep {
			out = append(out, s)
		}
	}
	return out
}

const now = begin + 60*day

func live(all []popular.Sale, cfg popular.Config) *popular.Live {
	l := popular.New(items, cfg)
	for _, s := range all {
		l.Add(s, now)
	}
	l.Refresh()
	return l
}

func near(t *testing.T, what string, a, b []list.Scored) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d items", what, len(a), len(b))
	}
	scores := map[int32]float32{}
	for _, s := range a {
		scores[s.Item] = s.Score
	}
	for _, s := range b {
		if math.Abs(float64(s.Score-scores[s.Item])) > 1e-5*float64(s.Score) {
			t.Fatalf("%s: item %d has %v and %v", what, s.Item, s.Score, scores[s.Item])
		}
	}
}

func TestOrderOfSalesDoesNotMatter(t *testing.T) {
	for seed := range uint64(3) {
		all := sales(seed, 3000)
		for _, short := range []float64{3, .1} { // of which the second moves the landmark several times
			cfg := popular.Config{Short: short}
			want := live(all, cfg).View()
			other := append([]popular.Sale(nil), all...)
			rng := rand.New(rand.NewPCG(seed, 2))
			rng.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
			l := popular.New(items, cfg)
			for i, s := range other {
				l.Add(s, now)
				if i%500 == 0 {
					l.Refresh()
				}
			}
			l.Refresh()
			got := l.View()
			for store := range int32(stores + 1) {
				m := popular.Moment{Hour: 9, Weekday: 2, Season: 1}
				near(t, "top", want.Top(store, m, make([]list.Scored, 0, items)),
					got.Top(store, m, make([]list.Scored, 0, items)))
				near(t, "trend", want.Trending(store, make([]list.Scored, 0, items)),
					got.Trending(store, make([]list.Scored, 0, items)))
			}
		}
	}
}

// Of the next 2,000 sales, at least 2.5 times as many must be in the first ten of their store and hour
// as in the first ten of the chain.
func TestStoreAndHourBeatTheChain(t *testing.T) {
	for seed := range uint64(3) {
		all := sales(seed, 20000)
		v := live(all, popular.Config{}).View()
		holds := func(top []list.Scored, item int32) int {
			for _, s := range top {
				if s.Item == item {
					return 1
				}
			}
			return 0
		}
		hits, base := 0, 0
		chain := v.Top(99, popular.Moment{}, make([]list.Scored, 0, 10))
		if v.Knows(99) || !v.Knows(0) {
			t.Error("the view knows the wrong stores")
		}
		for _, s := range sales(seed+100, 2000) {
			hits += holds(v.Top(s.Store, popular.At(s.Time, 0), make([]list.Scored, 0, 10)), s.Item)
			base += holds(chain, s.Item)
		}
		t.Logf("seed %d: %d hits, the chain's list %d", seed, hits, base)
		if float64(hits) < 2.5*float64(base) {
			t.Errorf("seed %d: %d hits, the chain's list %d", seed, hits, base)
		}
	}
}

func TestTrend(t *testing.T) {
	v := live(sales(5, 20000), popular.Config{}).View()
	for store := range int32(stores + 1) {
		got := v.Trending(store, make([]list.Scored, 0, 3))
		if got[0].Item != 77 || got[0].Score < 2 || got[1].Score > got[0].Score {
			t.Errorf("store %d: %v trends", store, got)
		}
	}
	steady := popular.New(items, popular.Config{})
	for i := range int64(4000) {
		steady.Add(popular.Sale{Item: int32(i % 40), Time: begin + i*900, Units: 1}, now)
	}
	steady.Refresh()
	for _, s := range steady.View().Trending(0, make([]list.Scored, 0, 40)) {
		if math.Abs(float64(s.Score)-1) > .1 {
			t.Errorf("item %d sells at a steady pace and has the trend %v", s.Item, s.Score)
		}
	}
}

func TestThinStoreSellsWhatTheChainSells(t *testing.T) {
	l := live(sales(1, 5000), popular.Config{})
	l.Add(popular.Sale{Store: 50, Item: 3, Time: now, Units: 1}, now)
	l.Refresh()
	m := popular.Moment{Hour: 18}
	thin := l.View().Top(50, m, make([]list.Scored, 0, 10))
	chain := l.View().Top(-1, m, make([]list.Scored, 0, 10))
	same := 0
	for _, a := range thin {
		for _, b := range chain {
			if a.Item == b.Item {
				same++
			}
		}
	}
	if same < 8 {
		t.Errorf("one sale makes %v of the chain's %v", thin, chain)
	}
	if l.View().Share(50, 3) <= l.View().Share(-1, 3) {
		t.Error("the one sale does not count")
	}
}

func TestBadInput(t *testing.T) {
	nan := math.NaN()
	l := popular.New(5, popular.Config{Long: nan, Short: -1, StorePrior: nan, StoreItems: 1, Stores: 2})
	empty := l.View()
	if n := len(empty.Top(0, popular.Moment{}, make([]list.Scored, 0, 5))); n != 0 {
		t.Errorf("no sales give %d items", n)
	}
	for _, s := range []popular.Sale{{Item: 5, Units: 1}, {Item: -1, Units: 1}, {Units: float32(nan)},
		{Units: -1}, {Units: 1, Time: math.MaxInt64}, {Units: 1, Time: -1}} {
		l.Add(s, now)
	}
	if l.Refused() != 6 {
		t.Errorf("%d sales are refused, want 6", l.Refused())
	}
	for i := range int64(300) {
		l.Add(popular.Sale{Store: int32(i), Item: int32(i % 5), Units: 1, Time: i * i * day / 9}, now)
	}
	l.Refresh()
	for store := range int32(4) {
		m := popular.Moment{Hour: 99, Weekday: 99, Season: 99}
		for _, s := range l.View().Top(store, m, make([]list.Scored, 0, 9)) {
			if !(s.Score >= 0) || math.IsInf(float64(s.Score), 0) {
				t.Errorf("store %d: %v", store, s)
			}
		}
	}
	if l.View().Knows(2) {
		t.Error("a store above the limit is counted")
	}
}
