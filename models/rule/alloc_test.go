//go:build !race

package rule_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func TestLiveAllocatesNothingOnceItKnowsThePairs(t *testing.T) {
	sales := someSales(1, 500)
	l := live(rule.LiveConfig{}, sales)
	i := 0
	if n := testing.AllocsPerRun(1000, func() {
		s := &sales[i%len(sales)]
		l.Add(s.store, s.season, s.items)
		l.Remove(s.store, s.season, s.items)
		i++
	}); n != 0 {
		t.Errorf("a basket allocates %v times", n)
	}
	dst := make([]rule.Partner, 0, 10)
	if n := testing.AllocsPerRun(1000, func() {
		dst, _ = l.Near(1, 1, 1e12+int64(i%30), rule.Ask{MinCount: 1}, dst[:0])
		i++
	}); n != 0 || len(dst) == 0 {
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
