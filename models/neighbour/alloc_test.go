//go:build !race

package neighbour_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/planted"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	s := sources(planted.Make(planted.Config{Seed: 1}))
	m := fit(t, s, neighbour.Config{})
	board, buf, basket := list.NewBoard(1_000), make([]list.Scored, 0, 20), []int32{3, 9, 27}
	if n := testing.AllocsPerRun(100, func() {
		board.Clear()
		m.Basket(board, basket)
		buf = board.Top(buf, 20)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
