package stream_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

// quick are settings with which tests do not wait long.
func quick(brokers []string, sink stream.Sink) stream.Config {
	return stream.Config{
		Kafka: kafka.Config{Brokers: brokers}, Sink: sink,
		BatchAge: 5 * time.Millisecond, MaxBatchAge: 10 * time.Millisecond,
		CompleteAfter: 20 * time.Millisecond, RetryMin: 5 * time.Millisecond,
		RetryMax: 20 * time.Millisecond, StopGrace: 2 * time.Second, SessionTimeout: time.Second,
	}
}

// running is an engine that runs.
type running struct {
	*stream.Engine
	t    testing.TB
	stop context.CancelFunc
	done chan error
}

func run(t testing.TB, e *stream.Engine) *running {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r := &running{Engine: e, t: t, stop: stop, done: make(chan error, 1)}
	go func() { r.done <- e.Run(ctx) }()
	t.Cleanup(r.end)
	return r
}

func start(t testing.TB, cfg stream.Config) *running {
	t.Helper()
	e, err := stream.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return run(t, e)
}

// end stops the engine and waits.
func (r *running) end() {
	r.t.Helper()
	r.stop()
	if err := <-r.done; err != nil {
		r.t.Errorf("the engine ended with %v", err)
	}
	r.done <- nil
}

// eventually waits until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !f() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// drained waits until the group has committed everything that lies in the orders topic.
func drained(t testing.TB, brokers []string) {
	t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	eventually(t, "the group has no lag", func() bool {
		lags, err := admin.Lag(t.Context(), "tillstream-stream", string(event.TopicOrders))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lags {
			if l.Records > 0 {
				return false
			}
		}
		return true
	})
}

func TestSalesReachTheSinkOnce(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 1)
	e := start(t, quick(brokers, sink))
	trade.sell(2000)
	drained(t, brokers)
	sink.verify(t, trade)
	s := e.Stats().Topics[string(event.TopicOrders)]
	if s.Records != 2000 || s.Duplicates != 0 || s.DeadLetters != 0 || s.Lost != 0 || s.Retries != 0 {
		t.Errorf("counted %+v", s)
	}
	if sink.count("OrderSteps") != 2000 {
		t.Errorf("%d order steps, want 2000", sink.count("OrderSteps"))
	}
}

func TestALoneRecordDoesNotWait(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 2)
	cfg := quick(brokers, sink)
	cfg.BatchAge, cfg.MaxBatchAge = time.Hour, time.Hour
	start(t, cfg)
	trade.sell(1)
	eventually(t, "the sale is in the sink", func() bool { return sink.count("OrderSteps") == 1 })
}

func TestRepetitionsVanish(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 3)
	e := start(t, quick(brokers, sink))
	for range 10 {
		trade.sell(50)
		trade.repeat(80)
	}
	drained(t, brokers)
	sink.verify(t, trade)
	want := int64(50 + 9*80)
	if s := e.Stats().Topics[string(event.TopicOrders)]; s.Duplicates != want {
		t.Errorf("%d duplicates, want %d", s.Duplicates, want)
	}
}

func TestPoisonGoesToTheDeadLettersAndItsNeighboursOn(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 4)
	start(t, quick(brokers, sink))
	for range 20 {
		trade.sell(5)
		trade.poison()
	}
	drained(t, brokers)
	sink.verify(t, trade)
	tail, err := kafka.NewTail(t.Context(), kafka.TailConfig{
		Config: kafka.Config{Brokers: brokers}, Topics: []string{string(event.TopicDeadLetter)},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer tail.Close()
	for n := 0; n < trade.letters; {
		letters, err := tail.Poll(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += len(letters)
		for _, l := range letters {
			checkLetter(t, l)
		}
	}
}

func checkLetter(t *testing.T, l *kafka.Record) {
	t.Helper()
	has := make(map[string]string)
	for _, h := range l.Headers {
		has[h.Key] = string(h.Value)
	}
	for _, name := range []string{
		stream.HeaderReason, stream.HeaderTopic, stream.HeaderPartition, stream.HeaderOffset,
	} {
		if has[name] == "" {
			t.Errorf("a dead letter has no %s: %v", name, has)
		}
	}
	if has[stream.HeaderTopic] != string(event.TopicOrders) {
		t.Errorf("a dead letter says it comes from %s", has[stream.HeaderTopic])
	}
}

func TestASinkThatIsAwayIsWaitedForAndNothingIsLost(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 5)
	cfg := quick(brokers, sink)
	cfg.MaxBufferedBytes = 1 << 20
	cfg.MaxBatchRecords = 200
	cfg.UnhealthyAfter = 50 * time.Millisecond
	e := start(t, cfg)
	sink.interrupt(func(string, string) error { return errHalfway })
	trade.sell(5000)
	eventually(t, "the engine says that it cannot write", func() bool {
		return e.Health() != nil && e.Stats().Topics[string(event.TopicOrders)].Retries > 3
	})
	sink.interrupt(func(string, string) error { return nil })
	drained(t, brokers)
	sink.verify(t, trade)
	eventually(t, "the engine is well again", func() bool {
		s := e.Stats()
		return s.Lag() == 0 && e.Health() == nil && time.Since(s.AsOf) < 5*time.Second
	})
}

func TestEnginesShareAndHandOver(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 6)
	first := start(t, quick(brokers, sink))
	trade.sell(500)
	second := start(t, quick(brokers, sink))
	eventually(t, "both hold partitions", func() bool {
		trade.sell(20)
		return len(first.Stats().Partitions) > 0 && len(second.Stats().Partitions) > 0
	})
	trade.sell(500)
	first.end()
	trade.sell(500)
	drained(t, brokers)
	sink.verify(t, trade)
}

func TestRetentionThatPassesARecordIsSaid(t *testing.T) {
	cluster := kafkatest.StartCluster(t,
		kafka.TopicSpec{Name: string(event.TopicOrders), Partitions: 1},
		kafka.TopicSpec{Name: string(event.TopicDeadLetter), Partitions: 1})
	brokers, sink := cluster.Brokers(), newLedger()
	trade := newTrade(t, brokers, 7)
	cfg := quick(brokers, sink)
	cfg.Topics = []string{string(event.TopicOrders)}
	e := start(t, cfg)
	trade.sell(10)
	drained(t, brokers)
	e.end()
	trade.sell(30)
	cluster.Trim(t, string(event.TopicOrders), 0, 25)
	e = start(t, cfg)
	drained(t, brokers)
	if lost := e.Stats().Topics[string(event.TopicOrders)].Lost; lost != 15 {
		t.Errorf("%d records lost, want 15", lost)
	}
	if e.Health() == nil {
		t.Error("the engine says that all is well")
	}
	if got := sink.count("OrderSteps"); got != 25 {
		t.Errorf("%d order steps, want 25", got)
	}
}

func TestStateOfAnotherProgramEndsTheEngine(t *testing.T) {
	f := func(name, metadata string) {
		t.Run(name, func(t *testing.T) {
			brokers := kafkatest.Start(t)
			commitAs(t, brokers, 3, metadata)
			e, err := stream.New(quick(brokers, newLedger()))
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := e.Run(ctx); err == nil {
				t.Errorf("metadata %q is accepted", metadata)
			}
		})
	}
	f("broken", "ts1.broken")
	other := stream.NewState(3, 9, 4711, 0)
	f("other layout", other.Encode())
	elsewhere := stream.NewState(4, 0, 0, 0)
	f("elsewhere", elsewhere.Encode())
}

func commitAs(t *testing.T, brokers []string, offset int64, metadata string) {
	t.Helper()
	assigned := make(chan struct{}, 1)
	g, err := kafka.Join(kafka.GroupConfig{
		Config: kafka.Config{Brokers: brokers}, Group: "tillstream-stream",
		Topics:     []string{string(event.TopicOrders)},
		OnAssigned: func(context.Context, []kafka.Committed) { assigned <- struct{}{} },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	go func() {
		for {
			if _, err := g.Poll(t.Context(), 1); errors.Is(err, kafka.ErrClosed) {
				return
			}
			g.AllowRebalance()
		}
	}()
	<-assigned
	err = g.Commit(t.Context(), kafka.Committed{
		Partition: kafka.Partition{Topic: string(event.TopicOrders)}, Offset: offset, Metadata: metadata,
	})
	if err != nil {
		t.Fatal(err)
	}
}
