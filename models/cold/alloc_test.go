//go:build !race

package cold_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/cold"
	"github.com/tillstream/tillstream/models/list"
)

func TestAllocNothingForAnAnswer(t *testing.T) {
	c := cold.NewChannels(100, cold.ChannelConfig{})
	for i := range int32(100) {
		c.Add(i%3, i, 2)
	}
	c.Refresh()
	w, into := cold.NewWelcome(100, cold.WelcomeConfig{}), make([]list.Scored, 0, 20)
	if n := testing.AllocsPerRun(100, func() {
		all, _ := c.Of(-1)
		mine, units := c.Of(1)
		into = w.Scores(cold.Evidence{Store: all, Channel: mine, Units: units, Clicked: all, Clicks: 2}, into)
	}); n != 0 || len(into) != 20 {
		t.Errorf("%v allocations for %d items", n, len(into))
	}
}
