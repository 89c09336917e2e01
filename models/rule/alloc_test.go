//go:build !race

package rule_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func TestLiveAllocatesNothingOnceItKnowsThePairs(t *testing.T) {
	l := rule.NewLive(rule.LiveConfig{})
	basket, n := []int64{5, 3, 9, 7}, int64(0)
	if n := testing.AllocsPerRun(1000, func() { l.Add(basket, atNoon, atNoon+n); n++ }); n != 0 {
		t.Errorf("a basket allocates %v times", n)
	}
	dst := make([]rule.Partner, 0, rule.Partners)
	if n := testing.AllocsPerRun(1000, func() { dst = l.Ask(5, dst[:0]) }); n != 0 || len(dst) != 3 {
		t.Errorf("a question allocates %v times for %d partners", n, len(dst))
	}
}

func TestMatcherAllocatesNothing(t *testing.T) {
	s := mine(t, baskets(12, someBaskets(5)...), rule.Config{MinCount: 2})
	m := rule.NewMatcher(12, rules(t, s, rule.Wanted{}))
	dst := make([]int32, 0, 10_000)
	if n := testing.AllocsPerRun(1000, func() { dst = m.Match([]int32{0, 1, 2, 5, 7}, dst[:0]) }); n != 0 ||
		len(dst) == 0 {
		t.Errorf("a cart allocates %v times for %d rules", n, len(dst))
	}
}
