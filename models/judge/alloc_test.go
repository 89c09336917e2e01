//go:build !race

package judge_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/judge"
)

func TestAllocNothingPerUser(t *testing.T) {
	list, truth := []int32{5, 1, 4, 2, 9, 8, 7, 0, 3, 6}, []int32{2, 6, 11}
	m, c := judge.Mean{K: 10}, judge.NewCoverage(12)
	if n := testing.AllocsPerRun(100, func() { m.Add(list, truth); c.Add(list) }); n != 0 {
		t.Errorf("judging a user allocates %v times", n)
	}
}
