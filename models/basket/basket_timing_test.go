package basket_test

import (
	"math"
	"testing"

	"github.com/tillstream/tillstream/models/basket"
)

func BenchmarkTaFeng(b *testing.B) {
	known, _ := tafeng(b, 1, math.MaxInt64)
	m, err := basket.Fit(known, basket.Config{FitMembers: 1000})
	if err != nil {
		b.Fatal(err)
	}
	users := int64(known.Users.Len())
	id := func(i int) int64 { return known.Users.ID(int32(int64(i) * 7919 % users)) }
	b.Run("recommend", func(b *testing.B) {
		var s basket.Scratch
		var out []basket.Suggestion
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			out = m.Recommend(&s, basket.Question{Member: id(i), Most: 10}, out[:0])
		}
	})
	b.Run("add", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m.Add(id(i), basket.Basket{Time: int64(100 + i), Items: []int64{1, 40, 300, 2000, 5000,
				int64(i % 9000)}})
		}
	})
}
