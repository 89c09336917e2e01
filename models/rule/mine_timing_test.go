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

// BenchmarkLive counts the baskets of a retail world as they come.
func BenchmarkLive(b *testing.B) {
	baskets := rule.Retail(1).Draw()
	ids := make([][]int64, baskets.Len)
	for i := range ids {
		for _, item := range baskets.At(int32(i)) {
			ids[i] = append(ids[i], int64(item)+1e6)
		}
	}
	l := rule.NewLive(rule.LiveConfig{})
	i := 0
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			l.Add(ids[i%len(ids)], atNoon, atNoon)
			i++
		}
	})
	dst := make([]rule.Partner, 0, rule.Partners)
	b.Run("ask", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			dst = l.Ask(int64(i%2000)+1e6, dst[:0])
			i++
		}
	})
	b.Logf("%+v", l.Stats())
}

func BenchmarkMatch(b *testing.B) {
	world := rule.Retail(1)
	baskets := world.Draw()
	s, err := rule.Mine(baskets, rule.Config{MinSupport: 0.001})
	if err != nil {
		b.Fatal(err)
	}
	rules, err := s.Rules(rule.Wanted{MinConfidence: 0.2})
	if err != nil {
		b.Fatal(err)
	}
	m, i := rule.NewMatcher(baskets.Items, rules), 0
	dst := make([]int32, 0, 1<<16)
	for b.Loop() {
		dst = m.Match(baskets.At(int32(i%baskets.Len)), dst[:0])
		i++
	}
	b.ReportMetric(float64(len(rules)), "rules")
}
