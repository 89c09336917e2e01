package kafka_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
)

const topic = "numbers"

func cluster(t testing.TB, partitions int32) *kafkatest.Cluster {
	t.Helper()
	return kafkatest.StartCluster(t, kafka.TopicSpec{Name: topic, Partitions: partitions})
}

func producer(t testing.TB, cfg kafka.ProducerConfig) *kafka.Producer {
	t.Helper()
	p, err := kafka.NewProducer(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func to(brokers []string) kafka.ProducerConfig {
	return kafka.ProducerConfig{Config: kafka.Config{Brokers: brokers}}
}

func number(key, n int) *kafka.Record {
	return &kafka.Record{
		Topic: topic, Key: fmt.Appendf(nil, "%d", key), Value: fmt.Appendf(nil, "%d", n),
	}
}

// produce sends from to to-1 in one call, all under one key.
func produce(t testing.TB, p *kafka.Producer, from, to int) {
	t.Helper()
	var records []*kafka.Record
	for n := from; n < to; n++ {
		records = append(records, number(1, n))
	}
	if err := p.Produce(t.Context(), records); err != nil {
		t.Fatal(err)
	}
}

// read polls until it has n records and returns their values.
func read(t testing.TB, tail *kafka.Tail, n int) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var values []string
	for len(values) < n {
		records, err := tail.Poll(ctx)
		if err != nil {
			t.Fatalf("%d of %d records: %v", len(values), n, err)
		}
		for _, r := range records {
			values = append(values, string(r.Value))
		}
	}
	return values
}

func TestProduceKeepsTheOrderWithEveryCompression(t *testing.T) {
	for _, compression := range []string{"lz4", "zstd", "none"} {
		t.Run(compression, func(t *testing.T) {
			cfg := to(cluster(t, 4).Brokers())
			cfg.Compression = compression
			produce(t, producer(t, cfg), 0, 3000)
			tail := follow(t, kafka.TailConfig{Config: cfg.Config})
			for i, v := range read(t, tail, 3000) {
				if v != fmt.Sprint(i) {
					t.Fatalf("record %d holds %s", i, v)
				}
			}
		})
	}
}

func TestARecordThatIsTooLargeSendsNothing(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	p := producer(t, to(brokers))
	large := &kafka.Record{Topic: topic, Value: make([]byte, kafka.MaxRecordBytes+1)}
	err := p.Produce(t.Context(), []*kafka.Record{number(1, 1), large})
	if !errors.Is(err, kafka.ErrRecordTooLarge) {
		t.Fatalf("got %v, want ErrRecordTooLarge", err)
	}
	p.ProduceAsync(t.Context(), large, func(asyncErr error) { err = asyncErr })
	if !errors.Is(err, kafka.ErrRecordTooLarge) {
		t.Fatalf("got %v, want ErrRecordTooLarge", err)
	}
	wantEnd(t, brokers, 0)
	fits := &kafka.Record{Topic: topic, Value: make([]byte, kafka.MaxRecordBytes-100)}
	if err := p.Produce(t.Context(), []*kafka.Record{fits}); err != nil {
		t.Fatal(err)
	}
	wantEnd(t, brokers, 1)
}

func wantEnd(t *testing.T, brokers []string, want int64) {
	t.Helper()
	ends, err := admin(t, brokers).EndOffsets(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	if got := ends[kafka.Partition{Topic: topic}]; got != want {
		t.Fatalf("the topic ends at %d, want %d", got, want)
	}
}

func TestProduceAsyncTellsEveryOutcome(t *testing.T) {
	cfg := to(cluster(t, 4).Brokers())
	cfg.MaxBufferedRecords = 10
	p := producer(t, cfg)
	var good atomic.Int64
	for n := range 1000 {
		p.ProduceAsync(t.Context(), number(n, n), func(err error) {
			if err == nil {
				good.Add(1)
			}
		})
		if b := p.Buffered(); b > 10 {
			t.Fatalf("%d records are buffered, at most 10", b)
		}
	}
	if err := p.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if good.Load() != 1000 {
		t.Fatalf("%d good outcomes, want 1000", good.Load())
	}
}

func TestProduceEndsWithItsContextWhileTheClusterIsAway(t *testing.T) {
	p := producer(t, to([]string{"127.0.0.1:1"}))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Produce(ctx, []*kafka.Record{number(1, 1)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v, want the deadline", err)
	}
	if err := p.Ping(ctx); err == nil {
		t.Fatal("an absent cluster answers")
	}
}

func TestBadConfigurationsAreNamed(t *testing.T) {
	f := func(cfg kafka.ProducerConfig) {
		t.Helper()
		if p, err := kafka.NewProducer(cfg); err == nil {
			p.Close()
			t.Errorf("%+v is accepted", cfg)
		}
	}
	good := kafka.Config{Brokers: []string{"127.0.0.1:1"}}
	f(kafka.ProducerConfig{})
	f(kafka.ProducerConfig{Config: good, Compression: "rar"})
	sasl, tls := good, good
	sasl.SASL.Mechanism = "kerberos"
	f(kafka.ProducerConfig{Config: sasl})
	tls.TLS = kafka.TLS{Enabled: true, CAFile: "/absent.pem"}
	f(kafka.ProducerConfig{Config: tls})
	tls.TLS = kafka.TLS{Enabled: true, CertFile: "/absent.pem", KeyFile: "/absent.key"}
	f(kafka.ProducerConfig{Config: tls})
}
