// Package topic joins what is live to Kafka: it opens tails of topics for live.Feed and live.Watch.
package topic

import (
	"context"
	"fmt"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
)

// Log is some topics of a cluster; it implements live.Log.
type Log struct {
	Config kafka.Config
	// Topics are followed together. Default the stock topic alone.
	Topics []event.Topic
}

func (l Log) names() []string {
	if len(l.Topics) == 0 {
		return []string{string(event.TopicStock)}
	}
	names := make([]string, len(l.Topics))
	for i, topic := range l.Topics {
		names[i] = string(topic)
	}
	return names
}

type tail struct {
	reader *kafka.Tail
	admin  *kafka.Admin
	topics []string
	next   map[kafka.Partition]int64
	batch  []live.Record
}

// OpenAtEnd finds the present end of every partition and follows from there.
func (l Log) OpenAtEnd(ctx context.Context) (live.Tail, error) {
	return l.open(ctx, kafka.TailConfig{From: kafka.FromEnd})
}

// OpenSince implements live.Past: most records, about, are shared evenly by the partitions.
func (l Log) OpenSince(ctx context.Context, at time.Time, most int64) (live.Tail, error) {
	return l.open(ctx, kafka.TailConfig{Since: at, Newest: max(1, most)})
}

func (l Log) open(ctx context.Context, cfg kafka.TailConfig) (live.Tail, error) {
	names := l.names()
	cfg.Config, cfg.Topics = l.Config, names
	reader, err := kafka.NewTail(ctx, cfg)
	if err != nil {
		return nil, err
	}
	admin, err := kafka.NewAdmin(l.Config)
	if err != nil {
		reader.Close()
		return nil, err
	}
	next := make(map[kafka.Partition]int64)
	for p, start := range reader.Starts() {
		next[p] = start
	}
	return &tail{reader: reader, admin: admin, topics: names, next: next}, nil
}

// Poll returns records whose Wire stays valid; the slice itself is reused by the next Poll.
func (t *tail) Poll(ctx context.Context) ([]live.Record, error) {
	records, err := t.reader.Poll(ctx)
	t.batch = t.batch[:0]
	for _, r := range records {
		t.next[kafka.Partition{Topic: r.Topic, ID: r.Partition}] = r.Offset + 1
		t.batch = append(t.batch, read(r))
	}
	return t.batch, err
}

func read(r *kafka.Record) live.Record {
	out := live.Record{Wire: r.Value, Committed: r.Timestamp}
	for _, h := range r.Headers {
		switch h.Key {
		case event.HeaderType:
			out.Kind, _ = event.ParseKind(string(h.Value))
		case event.HeaderTime:
			if at, err := parseTime(h.Value); err == nil {
				out.Committed = at
			}
		}
	}
	return out
}

// Behind asks the cluster for the ends of the partitions.
func (t *tail) Behind(ctx context.Context) (int64, error) {
	ends, err := t.admin.EndOffsets(ctx, t.topics...)
	if err != nil {
		return 0, fmt.Errorf("cannot find the end of %v: %w", t.topics, err)
	}
	behind := int64(0)
	for p, next := range t.next {
		behind += max(0, ends[p]-next)
	}
	return behind, nil
}

// Close stops reading.
func (t *tail) Close() {
	t.reader.Close()
	t.admin.Close()
}
