//go:build !race

package factor_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/factor"
	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/planted"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	x := factor.OwnedOf(planted.Make(planted.Config{Seed: 1}).History)
	e, f := ease(t, x, factor.EaseConfig{}), factor.Fit(x, factor.Config{Dim: 16, Epochs: 1})
	board, fold, vector := list.NewBoard(x.Items), f.NewFolder(), make([]float32, f.Dim())
	into, mine := make([]list.Scored, 0, 20), x.Of(0)
	if n := testing.AllocsPerRun(100, func() {
		board.Clear()
		e.Vote(board, mine)
		into = board.Top(into, 20)
		fold.Fold(vector, mine)
		into = f.Top(vector, mine, into)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
