//go:build !race

package recommend_test

import (
	"testing"

	"github.com/tillstream/tillstream/serving/recommend"
)

func TestRankAllocatesNothing(t *testing.T) {
	a := newAsker(9)
	a.filter = true
	queries := make([]*recommend.Query, 64)
	for i := range queries {
		queries[i] = a.query()
	}
	var r recommend.Ranker
	var slate recommend.Slate
	n := 0
	got := testing.AllocsPerRun(1_000, func() {
		r.Rank(a.s, queries[n%len(queries)], &slate)
		n++
	})
	if got != 0 {
		t.Errorf("ranking allocates %v times", got)
	}
}
