//go:build !race

package list_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	b, buf := list.NewBoard(1000), make([]list.Scored, 0, 20)
	n := testing.AllocsPerRun(100, func() {
		b.Clear()
		for i := range int32(1000) {
			b.Add(i*7%1000, float32(i))
		}
		buf = b.Top(buf, 20)
	})
	if n != 0 || len(buf) != 20 {
		t.Errorf("%v allocations for %d items", n, len(buf))
	}
}
