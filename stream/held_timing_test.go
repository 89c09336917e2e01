package stream_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

// BenchmarkHold takes over records as the gateway writes them.
func BenchmarkHold(b *testing.B) {
	records := make([]*kafka.Record, 1_000)
	for i := range records {
		at := event.Position{Commit: uint64(i)}
		records[i] = &kafka.Record{
			Topic: string(event.TopicBehaviour), Key: fmt.Append(nil, i), Value: make([]byte, 95),
			Timestamp: time.UnixMilli(1_772_641_800_123), Offset: int64(i),
			Headers: []kafka.Header{
				{Key: event.HeaderID, Value: at.Append(nil)},
				{Key: event.HeaderType, Value: []byte(event.KindView.String())},
				{Key: event.HeaderSource, Value: []byte("gateway/1")},
				{Key: event.HeaderTime, Value: []byte("2026-03-05T00:30:00.123456789Z")},
				{Key: event.HeaderSpecVersion, Value: []byte(event.SpecVersion)},
				{Key: event.HeaderContentType, Value: []byte(event.ContentType)},
			},
		}
	}
	in := stream.NewIntake()
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range records {
			in.Hold(r)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/record")
}
