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
		if err != nil || m.Items() != 5000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(w.History.Item)), "lines")
}

// BenchmarkBuy is a basket counted, with as many lists made anew as serving would make between two of
// its turns.
func BenchmarkBuy(b *testing.B) {
	w := large()
	live, err := neighbour.NewLive(sources(w), neighbour.Config{})
	if err != nil {
		b.Fatal(err)
	}
	baskets := groups(neighbour.Baskets(w.History))
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		live.Buy(baskets[i%len(baskets)])
		if i++; i%1000 == 0 {
			live.Refresh(200)
		}
	}
}
