package bench

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/oltp/postgres/outbox"
	"github.com/tillstream/tillstream/retail/event"
)

// So many sessions commit; they wait while so many facts have not arrived, so that no backlog grows for
// which nobody waits at the end.
const (
	floodWriters = 4
	floodAhead   = 100_000
	arrivedEvery = 50 * time.Millisecond
	// arrivesWithin bounds the wait for the last fact.
	arrivesWithin = time.Minute
)

// way is a way from commits to Kafka.
type way struct {
	// write commits packetFacts facts, the n-th transaction.
	write func(ctx context.Context, n int64) error
	// arrived counts the facts that Kafka has acknowledged.
	arrived func(ctx context.Context) (int64, error)
}

// drive commits for a while and waits until all has arrived; the time until then counts.
func (w way) drive(ctx context.Context, length time.Duration) (perS float64, err error) {
	before, err := w.arrived(ctx)
	if err != nil {
		return 0, err
	}
	var commits, there atomic.Int64
	start := time.Now()
	watching, stop := context.WithCancel(ctx)
	defer stop()
	g, gctx := errgroup.WithContext(watching)
	var writers errgroup.Group
	for range floodWriters {
		writers.Go(func() error {
			for time.Since(start) < length {
				if commits.Load()*packetFacts-there.Load() > floodAhead {
					if err := wait(gctx, time.Millisecond); err != nil {
						return err
					}
					continue
				}
				if err := w.write(gctx, commits.Add(1)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	over := make(chan error, 1)
	go func() { over <- writers.Wait() }()
	g.Go(func() error { return w.watch(gctx, before, &commits, &there, over) })
	if err := g.Wait(); err != nil {
		return 0, err
	}
	return float64(there.Load()) / time.Since(start).Seconds(), nil
}

// watch counts what arrives until the writers are over and everything is there.
func (w way) watch(ctx context.Context, before int64, commits, there *atomic.Int64, over chan error) error {
	var deadline time.Time
	for {
		now, err := w.arrived(ctx)
		if err != nil {
			return err
		}
		there.Store(now - before)
		select {
		case err := <-over:
			if err != nil {
				return err
			}
			over, deadline = nil, time.Now().Add(arrivesWithin)
		default:
		}
		if over == nil {
			want := commits.Load() * packetFacts
			switch {
			case now-before == want:
				return nil
			case now-before > want:
				return fmt.Errorf("%d facts arrived of the %d that were committed", now-before, want)
			case time.Now().After(deadline):
				return fmt.Errorf("after %s only %d facts of %d have arrived", arrivesWithin,
					now-before, want)
			}
		}
		if err := wait(ctx, arrivedEvery); err != nil {
			return err
		}
	}
}

// The outbox's relay takes so many rows a round and, when the table is empty, looks again after a pause.
const (
	outboxTopic = "bench.outbox"
	outboxRound = 4_000
	outboxPause = 2 * time.Millisecond
)

// openOutbox starts the rival: its table, and its relay within this process.
func (c *relayed) openOutbox(ctx context.Context) (w way, end func(), err error) {
	conf := kafka.Config{Brokers: []string{c.at.Kafka}, ClientID: "tillstream-bench", Log: c.Log}
	admin, err := kafka.NewAdmin(conf)
	if err != nil {
		return way{}, nil, err
	}
	defer admin.Close()
	if err := admin.EnsureTopics(ctx, kafka.TopicSpec{Name: outboxTopic, Partitions: 2}); err != nil {
		return way{}, nil, err
	}
	box, err := outbox.Open(ctx, c.at.Postgres, floodWriters+1)
	if err != nil {
		return way{}, nil, err
	}
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: conf})
	if err != nil {
		box.Close()
		return way{}, nil, err
	}
	var published atomic.Int64
	relay := follow(ctx, func(ctx context.Context, _ *struct{}) error {
		return poll(ctx, box, producer, &published)
	})
	return way{
			write: func(ctx context.Context, n int64) error {
				return box.Write(ctx, c.told[n%packetCount].rows)
			},
			arrived: func(context.Context) (int64, error) {
				select {
				case <-relay.ended:
					return 0, errors.Join(errors.New("the outbox's relay has ended"), relay.err)
				default:
					return published.Load(), nil
				}
			},
		}, func() {
			relay.close()
			producer.Close()
			box.Close()
		}, nil
}

// poll is the relay of the outbox.
func poll(ctx context.Context, box *outbox.Box, to *kafka.Producer, published *atomic.Int64) error {
	for {
		n, err := box.Relay(ctx, outboxRound, func(facts []outbox.Fact) error {
			records := make([]*kafka.Record, len(facts))
			for i := range facts {
				records[i] = rowRecord(&facts[i])
			}
			return to.Produce(ctx, records)
		})
		if err != nil {
			return err
		}
		published.Add(int64(n))
		if n == 0 {
			if err := wait(ctx, outboxPause); err != nil {
				return err
			}
		}
	}
}

// rowRecord is a row as a record with the headers that a consumer needs to drop repeats.
func rowRecord(f *outbox.Fact) *kafka.Record {
	return &kafka.Record{Topic: outboxTopic, Key: strconv.AppendInt(nil, f.Key, 10), Value: []byte(f.Body),
		Headers: []kafka.Header{
			{Key: event.HeaderID, Value: strconv.AppendInt(nil, f.ID, 10)},
			{Key: event.HeaderType, Value: []byte(f.Kind)},
			{Key: event.HeaderSource, Value: []byte("/outbox")},
			{Key: event.HeaderTime, Value: f.At.AppendFormat(nil, time.RFC3339Nano)},
			{Key: event.HeaderSpecVersion, Value: []byte(event.SpecVersion)},
			{Key: event.HeaderContentType, Value: []byte("application/json")},
		}}
}
