package stream_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/stream/fact"
)

// abyss takes everything, keeps the number of rows and says when it has had so many orders.
type abyss struct {
	rows, batches, orders atomic.Int64
	want                  int64
	full                  chan struct{}
}

// Write counts.
func (a *abyss) Write(_ context.Context, _ string, b *fact.Batch) error {
	n := int64(b.OrderSteps.Len())
	a.rows.Add(n + int64(b.OrderLines.Len()))
	a.batches.Add(1)
	if had := a.orders.Add(n); had >= a.want && had-n < a.want {
		close(a.full)
	}
	return nil
}

// BenchmarkEngine drains a backlog of sales of two lines on average, from kfake in the same process to
// a sink that costs nothing: what remains is fetching, decoding, building and committing.
func BenchmarkEngine(b *testing.B) {
	brokers := kafkatest.Start(b)
	tr := newTrade(b, brokers, 1)
	const backlog = 400_000
	batch := make([]*kafka.Record, 0, 10_000)
	for range backlog / cap(batch) {
		batch = batch[:0]
		for range cap(batch) {
			batch = append(batch, tr.sale())
		}
		tr.send(batch)
		tr.sent = nil
	}
	b.ReportAllocs()
	for b.Loop() {
		sink := &abyss{want: backlog, full: make(chan struct{})}
		e, err := stream.New(stream.Config{
			Kafka: kafka.Config{Brokers: brokers}, Sink: sink, Group: b.Name() + time.Now().String(),
		})
		if err != nil {
			b.Fatal(err)
		}
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		began := time.Now()
		go func() { done <- e.Run(ctx) }()
		<-sink.full
		took := time.Since(began).Seconds()
		b.ReportMetric(backlog/took, "records/s")
		b.ReportMetric(float64(sink.rows.Load())/took, "rows/s")
		b.ReportMetric(float64(sink.rows.Load())/float64(sink.batches.Load()), "rows/batch")
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
}
