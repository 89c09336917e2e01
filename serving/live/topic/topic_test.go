package topic_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/serving/live"
	"github.com/tillstream/tillstream/serving/live/topic"
)

// nothing is a store whose snapshot is empty.
type nothing struct{}

func (nothing) Snapshot(context.Context, func(retail.StockLevel) error) error { return nil }

func record(t *testing.T, store int32, version int64, at time.Time) *kafka.Record {
	t.Helper()
	wire, err := event.Append(nil, &event.StockMoved{StoreId: store, Changes: []*event.StockChange{{
		SkuId: 7, Kind: event.StockMoveKind_STOCK_MOVE_KIND_RECEIVE, OnHandDelta: 1,
		OnHand: int32(version), Version: version, MovedAt: event.At(at, time.UTC)}}})
	if err != nil {
		t.Fatal(err)
	}
	return &kafka.Record{Topic: string(event.TopicStock), Key: []byte("1"), Value: wire,
		Headers: []kafka.Header{
			{Key: event.HeaderType, Value: []byte(event.KindStockMoved.String())},
			{Key: event.HeaderTime, Value: []byte(at.Format(time.RFC3339Nano))}}}
}

// TestFeedFollowsTheTopic checks that records before the start are left to the snapshot, and that
// those after it are applied with the commit time of their header.
func TestFeedFollowsTheTopic(t *testing.T) {
	cfg := kafka.Config{Brokers: kafkatest.Start(t)}
	ctx := t.Context()
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	if err := producer.Produce(ctx, []*kafka.Record{record(t, 1, 1, time.Now())}); err != nil {
		t.Fatal(err)
	}
	levels := live.NewLevels(0)
	feed, err := live.NewFeed(live.FeedConfig{Levels: levels, Log: topic.Log{Config: cfg},
		Snapshot: nothing{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	feeding, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); feed.Run(feeding) }()
	defer func() { stop(); <-done }()
	wait(t, "the feed is ready", func() bool { return feed.Ready() == nil })
	at := time.Now().Truncate(time.Microsecond)
	if err := producer.Produce(ctx, []*kafka.Record{record(t, 2, 5, at)}); err != nil {
		t.Fatal(err)
	}
	var held live.Level
	wait(t, "the change is applied", func() bool {
		return levels.Read(retail.StockKey{Store: 2, SKU: 7}, &held)
	})
	if held.Version != 5 || held.CommittedUS != at.UnixMicro() {
		t.Errorf("%+v, want version 5 at %v", held, at)
	}
	if levels.Read(retail.StockKey{Store: 1, SKU: 7}, &held) {
		t.Error("a record from before the start was read from the topic")
	}
}

func wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
		<-time.After(5 * time.Millisecond)
	}
}
