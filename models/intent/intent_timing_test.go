package intent_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/models/intent"
)

func BenchmarkParse(b *testing.B) {
	p := newParser(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Parse("老婆 生日 预算500 连衣裙"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBundle chooses among 20,000 goods, 100 copies of each of a shelf.
func BenchmarkBundle(b *testing.B) {
	s := newShelf(b)
	var goods []intent.Good
	for i := range 20_000 {
		g := s.goods[i%len(s.goods)]
		g.Style, g.Brand = int64(i), fmt.Sprint(i%40)
		goods = append(goods, g)
	}
	shop, err := intent.NewShop(s.Parser, map[string]string{"kids": "wear", "dress": "wear"}, goods)
	if err != nil {
		b.Fatal(err)
	}
	w, err := shop.Parse("给5岁孩子买生日礼物 200元以内")
	if err != nil {
		b.Fatal(err)
	}
	ask := intent.Ask{Available: func(item, _ int32) bool { return item%3 > 0 },
		PriceFen: func(item int32) int64 { return s.prices[int(item)%len(s.prices)] + int64(item%997) },
		Score:    func(item int32) float64 { return float64(item%101) / 100 }}
	exact := 0
	b.ReportAllocs()
	for b.Loop() {
		if x := shop.Bundle(&w, ask); x.Exact {
			exact++
		}
	}
	b.ReportMetric(float64(exact)/float64(b.N), "exact")
}
