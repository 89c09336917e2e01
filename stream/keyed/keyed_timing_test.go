package keyed_test

import (
	"context"
	"testing"

	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/keyed"
)

// blank is a memory of nothing.
type blank struct{}

func (blank) Visits(context.Context, keyed.Past, []keyed.VisitKey) (map[keyed.VisitKey]keyed.Visit, error) {
	return nil, nil
}

func (blank) Recent(context.Context, keyed.Past, int32, func(keyed.VisitKey)) error { return nil }

func (blank) Shelves(context.Context, keyed.Past, func(keyed.StockKey)) error { return nil }

func (blank) Orders(context.Context, keyed.Past, []int64) (map[int64]keyed.Order, error) {
	return nil, nil
}

func (blank) LastOrder(context.Context, keyed.Past) (int64, error) { return 0, nil }

func (blank) Levels(context.Context, keyed.Past, []keyed.StockKey) (map[keyed.StockKey]keyed.Level, error) {
	return nil, nil
}

func (blank) Chains(context.Context, keyed.Past, map[keyed.StockKey]int64) (
	map[keyed.StockKey][]keyed.Level, error) {
	return nil, nil
}

// clicks are 100,000 events of 10,000 visits.
func clicks() *fact.Batch {
	b := &fact.Batch{Range: fact.Range{From: 1}}
	t := &b.Behaviours
	for i := range 100_000 {
		t.Add(1, uint64(i), 0, 5)
		t.Kind, t.First = append(t.Kind, 64), append(t.First, 1)
		t.Store, t.Session = append(t.Store, int32(i%50)), append(t.Session, uint64(i%10_000)+1)
		t.Visitor, t.Member = append(t.Visitor, uint64(i)), append(t.Member, 0)
		t.Channel, t.At = append(t.Channel, 2), append(t.At, 1_760_000_000_000_000+int64(i))
		t.Day, t.Order = append(t.Day, 20_500), append(t.Order, 0)
		t.Simulated = append(t.Simulated, false)
	}
	return b
}

// BenchmarkDerive is what visits cost the stream when all are in memory: one operation is a batch of
// 100,000 events.
func BenchmarkDerive(b *testing.B) {
	books, batch := keyed.NewBooks(blank{}, keyed.NewQuota(100_000)), clicks()
	b.ReportAllocs()
	for b.Loop() {
		batch.Visits = fact.Visits{}
		if err := books.Derive(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
		books.Settle()
	}
	b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
