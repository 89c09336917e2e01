package rule_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/rule"
)

func BenchmarkMine(b *testing.B) {
	for _, w := range []struct {
		name    string
		world   rule.World
		support float64
	}{{"retail", rule.Retail(1), 0.001}, {"grocer", rule.Grocer(1), 0.005}} {
		baskets := w.world.Draw()
		for _, workers := range []struct {
			name string
			n    int
		}{{"one", 1}, {"two", 2}} {
			b.Run(w.name+"/"+workers.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					s, err := rule.Mine(baskets, rule.Config{MinSupport: w.support, Workers: workers.n})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(s.Len()), "itemsets")
				}
			})
		}
		b.Run(w.name+"/fpgrowth", func(b *testing.B) {
			least := int32(w.support*float64(baskets.Len) + 1)
			for b.Loop() {
				growEach(baskets, least, func([]int32, int32) {})
			}
		})
		b.Run(w.name+"/rules", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s, err := rule.Mine(baskets, rule.Config{MinSupport: w.support})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := s.Rules(rule.Wanted{MinConfidence: 0.5}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
