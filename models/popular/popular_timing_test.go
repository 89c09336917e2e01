package popular_test

import (
	"testing"

	"github.com/tillstream/tillstream/models/list"
	"github.com/tillstream/tillstream/models/popular"
)

// large is 500 stores that sell 20,000 items.
func large() *popular.Live {
	l := popular.New(20000, popular.Config{})
	for i := range int64(500_000) {
		l.Add(popular.Sale{Store: int32(i % 500), Item: int32(i * i % 19997), Time: begin + i, Units: 1}, now)
	}
	l.Refresh()
	return l
}

func BenchmarkAdd(b *testing.B) {
	l, i := large(), int64(0)
	b.ReportAllocs()
	for b.Loop() {
		l.Add(popular.Sale{Store: int32(i % 500), Item: int32(i * i % 19997), Time: begin + i, Units: 1}, now)
		i++
	}
}

func BenchmarkRefreshOfAllStores(b *testing.B) {
	l := large()
	for b.Loop() {
		for store := range int32(500) {
			l.Add(popular.Sale{Store: store, Time: now, Units: 1}, now)
		}
		l.Refresh()
	}
}

func BenchmarkTop(b *testing.B) {
	v, into := large().View(), make([]list.Scored, 0, 20)
	b.ReportAllocs()
	for b.Loop() {
		into = v.Top(7, popular.Moment{Hour: 9}, into)
	}
}
