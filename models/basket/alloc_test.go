//go:build !race

package basket_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/basket"
)

func TestAllocNothingPerAnswer(t *testing.T) {
	m := decode(t, fitted(t, 1))
	m.Load(historyOf(world(1, 40, 30)))
	var s basket.Scratch
	out := make([]basket.Suggestion, 0, 10)
	ask := func() {
		for member := range int64(41) {
			out = m.Recommend(&s, basket.Question{Member: 100 + 7*member, Most: 10}, out[:0])
		}
	}
	ask()
	if n := testing.AllocsPerRun(20, ask); n != 0 {
		t.Errorf("41 answers allocate %v times", n)
	}
}
