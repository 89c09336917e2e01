//go:build !race

package boost_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/boost"
)

func TestAllocNothingPerScore(t *testing.T) {
	d, _ := world(1, 500, 3)
	m := fit(t, d, boost.Config{Trees: 10})
	sum := 0.0
	if n := testing.AllocsPerRun(100, func() { sum += m.Score(d.X[:3]) }); n != 0 {
		t.Errorf("a score allocates %v times", n)
	}
}
