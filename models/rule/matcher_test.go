package rule_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func TestACartFindsItsRules(t *testing.T) {
	for seed := range uint64(20) {
		s := mine(t, baskets(12, someBaskets(seed)...), rule.Config{MinCount: 2})
		all := rules(t, s, rule.Wanted{AnyThen: seed%2 == 0})
		m := rule.NewMatcher(12, all)
		rng := rand.New(rand.NewPCG(seed, 3))
		for range 50 {
			cart := []int32{-1, 12, 99} // of which nothing is known
			for range rng.IntN(7) {
				cart = append(cart, rng.Int32N(12))
			}
			slices.Sort(cart)
			cart = slices.Compact(cart)
			var want []int32
			for i, r := range all {
				if within(r.If, cart) && !within(r.Then, cart) {
					want = append(want, int32(i))
				}
			}
			if got := m.Match(cart, []int32{7}); !slices.Equal(got, append([]int32{7}, want...)) {
				t.Fatalf("seed %d, cart %v: got %v, want %v", seed, cart, got, want)
			}
		}
	}
	if got := rule.NewMatcher(0, nil).Match([]int32{1}, nil); len(got) != 0 {
		t.Errorf("no rules, but %v", got)
	}
}
