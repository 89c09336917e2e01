package rule_test

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/models/history"
	"github.com/tillstream/tillstream/models/rule"
)

func TestItemsetsAreThoseOfBruteForce(t *testing.T) {
	for seed := range uint64(150) {
		all := someBaskets(seed)
		least, length := int32(1+seed%5), 1+int(seed%7)
		if seed%7 == 6 {
			length = 12
		}
		s := mine(t, baskets(12, all...),
			rule.Config{MinCount: least, MaxLength: length, Workers: 1 + int(seed%3)})
		if got, want := listed(t, s), brute(all, least, length); !maps.Equal(got, want) {
			t.Fatalf("seed %d, count %d, length %d: got %d itemsets %v, want %d: %v", seed, least, length,
				len(got), got, len(want), want)
		}
	}
}

// FP-growth is another method altogether; the worlds are large enough for rows of many words.
func TestItemsetsAreThoseOfFPGrowth(t *testing.T) {
	for seed, w := range []rule.World{
		{Baskets: 3000, Items: 60, MeanLength: 9, Zipf: 0.9, Shift: 1, Habits: 20, HabitShare: 0.5},
		{Baskets: 5000, Items: 900, MeanLength: 6, Zipf: 1, Habits: 80, HabitShare: 0.3},
		{Baskets: 700, Items: 14, MeanLength: 30, Zipf: 0.1},
	} {
		w.Seed = uint64(seed)
		b := w.Draw()
		least := int32(w.Baskets / 100)
		got, want := listed(t, mine(t, b, rule.Config{MinCount: least})), grow(b, least)
		if !maps.Equal(got, want) {
			t.Fatalf("seed %d: got %d itemsets, want %d", seed, len(got), len(want))
		}
		t.Logf("seed %d: %d itemsets", seed, len(got))
	}
}

func TestOrderOfBasketsAndWorkersDoNotMatter(t *testing.T) {
	for seed := range uint64(20) {
		all := someBaskets(seed)
		one := mine(t, baskets(12, all...), rule.Config{MinCount: 2, Workers: 1})
		rng := rand.New(rand.NewPCG(seed, 8))
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, b := range all {
			rng.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		}
		other := mine(t, baskets(12, all...), rule.Config{MinCount: 2, Workers: 4})
		if listed(t, one); one.Len() != other.Len() {
			t.Fatalf("seed %d: %d and %d itemsets", seed, one.Len(), other.Len())
		}
		for i := range one.Len() {
			a, n := one.At(i)
			if b, m := other.At(i); n != m || !reflect.DeepEqual(a, b) {
				t.Fatalf("seed %d: itemset %d is %v %d, then %v %d", seed, i, a, n, b, m)
			}
		}
	}
}

func TestSupportIsTheLeastCountThatReachesIt(t *testing.T) {
	f := func(support float64, n int, want int32) {
		t.Helper()
		// Item i stands in i+1 baskets.
		b := rule.Baskets{Len: n, Items: n, At: func(b int32) []int32 {
			var items []int32
			for i := b; i < int32(n); i++ {
				items = append(items, i)
			}
			return items
		}}
		s := mine(t, b, rule.Config{MinSupport: support, MaxLength: 1})
		least := int32(math.MaxInt32)
		for i := range s.Len() {
			_, count := s.At(i)
			least = min(least, count)
		}
		if least != want {
			t.Errorf("support %v of %d: least count %d, want %d", support, n, least, want)
		}
	}
	f(0.07, 100, 7) // 0.07·100 is above 7 in floating point
	f(0.29, 100, 29)
	f(0.001, 983, 1)
	f(0.0011, 983, 2)
	f(1, 50, 50)
	f(math.SmallestNonzeroFloat64, 50, 1)
}

func TestALimitIsAnErrorThatSaysHowToGoOn(t *testing.T) {
	all := make([]int32, 30) // 2^30 itemsets
	for i := range all {
		all[i] = int32(i)
	}
	_, err := rule.Mine(baskets(30, all), rule.Config{MinCount: 1, MaxItemsets: 10_000})
	if !errors.Is(err, rule.ErrTooMany) || !strings.Contains(err.Error(), "MaxLength") {
		t.Errorf("got %v", err)
	}
	seven := baskets(3, []int32{0, 1, 2})
	_, err = rule.Mine(seven, rule.Config{MinCount: 1, MaxItemsets: 6})
	if !errors.Is(err, rule.ErrTooMany) {
		t.Errorf("7 itemsets within a limit of 6: %v", err)
	}
	if s := mine(t, seven, rule.Config{MinCount: 1, MaxItemsets: 7}); s.Len() != 7 {
		t.Errorf("got %d itemsets, want 7", s.Len())
	}
}

func TestBadBaskets(t *testing.T) {
	for _, item := range []int32{-1, 3} {
		_, err := rule.Mine(baskets(3, []int32{0, item}), rule.Config{MinCount: 1})
		if !errors.Is(err, rule.ErrBasket) {
			t.Errorf("item %d: got %v", item, err)
		}
	}
	for _, cfg := range []rule.Config{{}, {MinSupport: math.NaN()}, {MinSupport: -1}, {MinSupport: 1.1},
		{MinCount: -1}, {MinCount: 1, MaxLength: -1}} {
		for _, b := range []rule.Baskets{baskets(1, []int32{0}), {}} {
			if _, err := rule.Mine(b, cfg); err == nil {
				t.Errorf("%+v was accepted", cfg)
			}
		}
	}
	f := func(want int, b rule.Baskets) {
		t.Helper()
		s := mine(t, b, rule.Config{MinSupport: 0.5})
		rules, err := s.Rules(rule.Wanted{})
		if s.Len() != want || len(rules) != 0 || err != nil {
			t.Errorf("got %d itemsets, want %d, and %d rules (%v)", s.Len(), want, len(rules), err)
		}
	}
	f(0, baskets(0))
	f(0, baskets(5))
	f(0, baskets(5, nil, nil))
	f(1, baskets(5, []int32{4}, []int32{4, 4}))
}

func TestAViewHoldsWhatIsWanted(t *testing.T) {
	var lines history.Builder
	for i, items := range [][]int64{{10, 20}, {10, 20, 30}, {20, 30}} {
		for _, item := range items {
			lines.Add(history.Line{User: 1, Item: item, Time: int64(i), Store: int32(i % 2), Qty: 1})
		}
	}
	h := lines.Build(nil)
	s := mine(t, rule.Of(h).Where(func(b int32) bool { return h.Store[b] == 0 }), rule.Config{MinCount: 2})
	if s.Baskets() != 2 || s.Len() != 1 || s.Count(h.Items.Find(20)) != 2 {
		t.Errorf("got %d baskets, %d itemsets", s.Baskets(), s.Len())
	}
}
