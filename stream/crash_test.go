package stream_test

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
)

// death ends one engine at a chosen step of the protocol: before or after the log takes a commit,
// before any table of a batch, or after the last.
type death struct {
	mu    sync.Mutex
	steps int
	dead  bool
	crash func()
}

var errDead = errors.New("this engine is dead")

func (d *death) step() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dead {
		return errDead
	}
	if d.steps--; d.steps == 0 {
		d.dead = true
		go d.crash()
		return errDead
	}
	return nil
}

// mortalLog is the log as a mortal engine sees it.
type mortalLog struct {
	stream.Source
	*death
}

// Commit dies before the commit or before its answer.
func (l mortalLog) Commit(ctx context.Context, c kafka.Committed) error {
	if err := l.step(); err != nil {
		return err
	}
	if err := l.Source.Commit(ctx, c); err != nil {
		return err
	}
	return l.step()
}

// live runs one engine until it dies at the given step or stop says that it may end.
func live(t *testing.T, brokers []string, sink *ledger, steps int, stop func() bool) {
	t.Helper()
	e, err := stream.New(quick(brokers, sink))
	if err != nil {
		t.Fatal(err)
	}
	d := &death{steps: steps, crash: e.Crash}
	e.Intercept(func(s stream.Source) stream.Source { return mortalLog{s, d} })
	sink.interrupt(func(string, string) error { return d.step() })
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { done <- e.Run(ctx) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("the engine ended with %v", err)
			}
			return
		case <-tick.C:
			if stop() {
				cancel()
			}
		}
	}
}

func TestACrashAtAnyStepCountsNothingTwiceAndLosesNothing(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Parallel()
			crashes(t, seed)
		})
	}
}

func crashes(t *testing.T, seed uint64) {
	chance := rand.New(rand.NewPCG(seed, 2))
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, seed)
	for range 8 {
		trade.sell(chance.IntN(60) + 1)
		if chance.IntN(3) == 0 {
			trade.repeat(chance.IntN(80))
		}
		if chance.IntN(3) == 0 {
			trade.poison()
		}
		// An engine that has nothing left to do never reaches its step, so it may end.
		idle := 0
		live(t, brokers, sink, chance.IntN(40)+1, func() bool { idle++; return idle > 40 })
	}
	sink.interrupt(func(string, string) error { return nil })
	start(t, quick(brokers, sink))
	drained(t, brokers)
	sink.verify(t, trade)
}

func TestACrashAtEachStepOfOneBatch(t *testing.T) {
	// Intent before and after, six tables and the end, completion before and after.
	for steps := 1; steps <= 11; steps++ {
		t.Run(fmt.Sprintf("step=%d", steps), func(t *testing.T) {
			t.Parallel()
			cluster := kafkatest.StartCluster(t,
				kafka.TopicSpec{Name: string(event.TopicOrders), Partitions: 1},
				kafka.TopicSpec{Name: string(event.TopicDeadLetter), Partitions: 1})
			brokers, sink := cluster.Brokers(), newLedger()
			trade := newTrade(t, brokers, 9)
			trade.sell(20)
			live(t, brokers, sink, steps, func() bool { return false })
			trade.sell(20)
			sink.interrupt(func(string, string) error { return nil })
			start(t, quick(brokers, sink))
			drained(t, brokers)
			sink.verify(t, trade)
			// Once declared, the first batch is repeated as it was; before, all fits into one.
			if n := sink.batches(); steps > 1 && n != 2 {
				t.Errorf("%d batches, want 2", n)
			}
		})
	}
}

func TestRetentionThatPassesAnOpenBatchIsSaid(t *testing.T) {
	cluster := kafkatest.StartCluster(t,
		kafka.TopicSpec{Name: string(event.TopicOrders), Partitions: 1},
		kafka.TopicSpec{Name: string(event.TopicDeadLetter), Partitions: 1})
	brokers, sink := cluster.Brokers(), newLedger()
	trade := newTrade(t, brokers, 12)
	trade.sell(20)
	// Dies when the intent is committed and nothing is written.
	live(t, brokers, sink, 2, func() bool { return false })
	cluster.Trim(t, string(event.TopicOrders), 0, 15)
	sink.interrupt(func(string, string) error { return nil })
	e := start(t, quick(brokers, sink))
	drained(t, brokers)
	if lost := e.Stats().Topics[string(event.TopicOrders)].Lost; lost != 20 {
		t.Errorf("%d records are said to be in doubt, want the 20 of the batch", lost)
	}
	if e.Health() == nil {
		t.Error("the engine says that all is well")
	}
	if got := sink.count("OrderSteps"); got != 5 {
		t.Errorf("%d order steps, want the 5 that are left", got)
	}
}

func TestAZombieWritesNothingAfterItsSuccessor(t *testing.T) {
	brokers, sink := kafkatest.Start(t), newLedger()
	trade := newTrade(t, brokers, 10)
	entered, release := make(chan struct{}, 100), make(chan struct{})
	sink.interrupt(func(string, string) error {
		entered <- struct{}{}
		<-release
		return nil
	})
	cfg := quick(brokers, sink)
	cfg.Instance = "stream-0"
	cfg.StopGrace = 10 * time.Millisecond
	zombie := start(t, cfg)
	trade.sell(100)
	<-entered
	sink.interrupt(func(string, string) error { return nil })
	// The successor bears the same name, so the group fences the first engine in the middle of its
	// writes.
	start(t, cfg)
	trade.sell(100)
	drained(t, brokers)
	close(release)
	trade.sell(100)
	drained(t, brokers)
	zombie.end()
	sink.verify(t, trade)
}
