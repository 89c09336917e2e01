package recall_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/stream/keyed/keyedtest"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
	"github.com/tillstream/tillstream/warehouse/recall"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// flaky is a sink that goes away in the middle of some batches.
type flaky struct {
	*sink.Sink
	mu   sync.Mutex
	rand *rand.Rand
}

var errHalfway = errors.New("the warehouse went away")

// Write implements stream.Sink.
func (f *flaky) Write(ctx context.Context, token string, b *fact.Batch) error {
	f.mu.Lock()
	chance := f.rand.IntN(6)
	f.mu.Unlock()
	part := &fact.Batch{Range: b.Range, ID: b.ID, Visits: b.Visits, StockMoves: b.StockMoves,
		OrderSteps: b.OrderSteps}
	switch chance {
	case 0:
		return errHalfway
	case 1:
		return errors.Join(f.Sink.Write(ctx, token, part), errHalfway)
	case 2:
		return errors.Join(f.Sink.Write(ctx, token, b), errHalfway)
	}
	return f.Sink.Write(ctx, token, b)
}

// records wraps the facts as the relay does. Those of one key share a partition; some are sent twice.
func records(t *testing.T, w *keyedtest.World, r *rand.Rand) []*kafka.Record {
	t.Helper()
	var all []*kafka.Record
	for i, f := range w.Facts {
		wire, err := event.Append(nil, f.Message)
		if err != nil {
			t.Fatal(err)
		}
		at := event.Position{Commit: uint64(i + 1)}
		all = append(all, &kafka.Record{Topic: string(f.Kind.Topic()), Key: key(f), Value: wire,
			Headers: []kafka.Header{
				{Key: event.HeaderID, Value: at.Append(nil)},
				{Key: event.HeaderType, Value: []byte(f.Kind.String())},
				{Key: event.HeaderSource, Value: []byte("/test/1")},
				{Key: event.HeaderTime, Value: []byte(keyedtest.Noon.Format(time.RFC3339Nano))},
				{Key: event.HeaderSpecVersion, Value: []byte(event.SpecVersion)},
				{Key: event.HeaderContentType, Value: []byte(event.ContentType)},
			}})
		if r.IntN(20) == 0 {
			again := *all[r.IntN(len(all))]
			all = append(all, &again)
		}
	}
	return all
}

// key is the store of orders and stock and the visitor of behaviour.
func key(f keyedtest.Fact) []byte {
	if m, ok := f.Message.(interface{ GetVisit() *event.Visit }); ok {
		return fmt.Append(nil, m.GetVisit().GetVisitorId())
	}
	if m, ok := f.Message.(interface{ GetStoreId() int32 }); ok {
		return fmt.Append(nil, m.GetStoreId())
	}
	return []byte("0")
}

// engine runs until the context ends.
func engine(ctx context.Context, t *testing.T, brokers []string, db *clickhouse.DB, to stream.Sink) error {
	t.Helper()
	memory, err := recall.New(db)
	if err != nil {
		t.Fatal(err)
	}
	e, err := stream.New(stream.Config{Kafka: kafka.Config{Brokers: brokers}, Sink: to, Memory: memory,
		MaxStateKeys: 40, MaxBatchRecords: 60, BatchAge: 5 * time.Millisecond,
		MaxBatchAge: 10 * time.Millisecond, CompleteAfter: 20 * time.Millisecond,
		RetryMin: 5 * time.Millisecond, RetryMax: 20 * time.Millisecond, StopGrace: time.Millisecond,
		SessionTimeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return e.Run(ctx)
}

func TestTheEngineCountsEachKeyOnceWhateverDies(t *testing.T) {
	seed := uint64(11)
	r := rand.New(rand.NewPCG(seed, 6))
	brokers, db := kafkatest.Start(t), open(t)
	world := keyedtest.New(seed, 40, 30)
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: kafka.Config{Brokers: brokers}})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	to := &flaky{Sink: sink.New(db), rand: r}
	all := records(t, world, rand.New(rand.NewPCG(seed, 7)))
	for part := 0; part < 3; part++ {
		if err := producer.Produce(t.Context(), all[part*len(all)/3:(part+1)*len(all)/3]); err != nil {
			t.Fatal(err)
		}
		// All but the last engine end in the middle of their work.
		run := 2500 * time.Millisecond
		if part == 2 {
			run = time.Minute
		}
		ctx, stop := context.WithTimeout(t.Context(), run)
		done := make(chan error, 1)
		go func() { done <- engine(ctx, t, brokers, db, to) }()
		if part == 2 {
			drained(ctx, t, brokers)
			stop()
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		stop()
	}
	got, want := sums(t, db), world.Want()
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("seed %d: %s is %d, want %d", seed, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("seed %d: %d sums, want %d", seed, len(got), len(want))
	}
}

// drained waits until the group has committed all that lies in the topics.
func drained(ctx context.Context, t *testing.T, brokers []string) {
	t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		lags, err := admin.Lag(ctx, "tillstream-stream", string(event.TopicOrders),
			string(event.TopicStock), string(event.TopicBehaviour))
		if err != nil {
			t.Fatal(err)
		}
		left := int64(0)
		for _, l := range lags {
			left += l.Records
		}
		if left == 0 && len(lags) > 0 {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d records are left", left)
		}
	}
}
