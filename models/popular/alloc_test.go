//go:build !race

package popular_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/popular"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	v, into := live(sales(1, 2000), popular.Config{}).View(), make([]list.Scored, 0, 20)
	if n := testing.AllocsPerRun(100, func() {
		into = v.Top(2, popular.Moment{Hour: 8}, into)
		into = v.Trending(2, into)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
