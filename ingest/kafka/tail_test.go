package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

func follow(t testing.TB, cfg kafka.TailConfig) *kafka.Tail {
	t.Helper()
	cfg.Topics = []string{topic}
	tail, err := kafka.NewTail(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tail.Close)
	return tail
}

func TestTailStartsWhereItIsTold(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	p := producer(t, to(brokers))
	produce(t, p, 0, 10)
	cfg := kafka.TailConfig{Config: kafka.Config{Brokers: brokers}}
	start := follow(t, cfg)
	cfg.From = kafka.FromEnd
	end := follow(t, cfg)
	cfg.Offsets = map[kafka.Partition]int64{{Topic: topic}: 7}
	seventh := follow(t, cfg)
	if got := start.Ends()[kafka.Partition{Topic: topic}]; got != 10 {
		t.Errorf("the tail says that the topic ended at %d, want 10", got)
	}
	// Written before the tail at the end was polled for the first time, and yet it must see them.
	produce(t, p, 10, 13)
	f := func(what string, tail *kafka.Tail, from int) {
		t.Helper()
		var want []string
		for n := from; n < max(13, from+1); n++ {
			want = append(want, fmt.Sprint(n))
		}
		if got := read(t, tail, len(want)); !slices.Equal(got, want) {
			t.Errorf("from the %s the tail reads %v, want %v", what, got, want)
		}
	}
	newest := follow(t, kafka.TailConfig{Config: cfg.Config, Newest: 4})
	produceAt := func(n int, at time.Time) {
		r := number(1, n)
		r.Timestamp = at
		if err := p.Produce(t.Context(), []*kafka.Record{r}); err != nil {
			t.Fatal(err)
		}
	}
	// Apache Kafka takes no record from more than an hour ahead.
	later := time.Now().Add(30 * time.Minute)
	none := follow(t, kafka.TailConfig{Config: cfg.Config, Since: later, From: kafka.FromEnd})
	if at := none.Starts()[kafka.Partition{Topic: topic}]; at != 13 {
		t.Errorf("since later on the tail begins at %d", at)
	}
	f("start", start, 0)
	f("newest four", newest, 9)
	f("end", end, 10)
	f("seventh", seventh, 7)
	// Only now: whoever reads on would read these too.
	produceAt(13, later)
	produceAt(14, later.Add(time.Second))
	since := follow(t, kafka.TailConfig{Config: cfg.Config, Since: later.Add(time.Second)})
	f("last second", since, 14)
}

func TestTailSeesAllPartitions(t *testing.T) {
	brokers := cluster(t, 5).Brokers()
	p := producer(t, to(brokers))
	for n := range 200 {
		if err := p.Produce(t.Context(), []*kafka.Record{number(n, n)}); err != nil {
			t.Fatal(err)
		}
	}
	tail := follow(t, kafka.TailConfig{Config: kafka.Config{Brokers: brokers}, MaxPollRecords: 7})
	seen := make(map[string]bool)
	for _, v := range read(t, tail, 200) {
		seen[v] = true
	}
	if len(seen) != 200 {
		t.Fatalf("%d different records, want 200", len(seen))
	}
}

func TestTailOfAnAbsentTopicOrClusterFails(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	f := func(cfg kafka.TailConfig) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		if tail, err := kafka.NewTail(ctx, cfg); err == nil {
			tail.Close()
			t.Errorf("%+v is followed", cfg)
		}
	}
	f(kafka.TailConfig{Topics: []string{topic}})
	f(kafka.TailConfig{Config: kafka.Config{Brokers: brokers}, Topics: []string{"absent"}})
}

func TestPollEndsWithContextAndClose(t *testing.T) {
	tail := follow(t, kafka.TailConfig{Config: kafka.Config{Brokers: cluster(t, 1).Brokers()}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tail.Poll(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the cancellation", err)
	}
	tail.Close()
	if _, err := tail.Poll(t.Context()); !errors.Is(err, kafka.ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}
