package neighbour_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/neighbour"
	"github.com/tillstream/tillstream/models/planted"
)

// half a million purchases of 20,000 members among 5,000 goods
func large() *planted.World {
	return planted.Make(planted.Config{Seed: 1, Users: 20000, Items: 5000, Clusters: 50, Sessions: 100000})
}

func BenchmarkFit(b *testing.B) {
	w := large()
	for b.Loop() {
		m, err := neighbour.Fit(sources(w), neighbour.Config{})
		if err != nil || len(m.Of(4999).Item) == 0 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(w.History.Item)), "lines")
}
