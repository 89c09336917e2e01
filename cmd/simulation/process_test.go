//go:build synctests

package simulation_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/stream"
)

// process is one engine from its start to its end. It dies as processes do: from one moment on, nothing
// of it reaches the network or the warehouse.
type process struct {
	name   string
	host   *kafkatest.Host
	engine *stream.Engine
	cancel context.CancelFunc
	done   chan struct{}
	err    error
	// steps is how many steps of the protocol are left until it dies; negative means that it lives.
	steps atomic.Int64
}

// launch starts an engine under the name of its slot.
func (s *simulation) launch(slot string) *process {
	s.mu.Lock()
	number := len(s.processes) + 1
	name := fmt.Sprintf("%s-%d", slot, number)
	p := &process{name: name, host: s.net.Host(name), done: make(chan struct{})}
	s.processes = append(s.processes, p)
	s.mu.Unlock()
	p.steps.Store(-1)
	p.host.Tap(func(key int16, answer bool) bool {
		switch kmsg.Key(key) {
		case kmsg.OffsetCommit, kmsg.Produce:
			return p.step()
		}
		return true
	})
	cfg := s.settings.config(slot)
	// The broker makes the name of a member from that of its client and a random number; groups share
	// out partitions in the order of these names, which must not depend on the number.
	cfg.Kafka = kafka.Config{Brokers: s.brokers, ClientID: name, Dial: p.host.Dial, Log: s.log}
	cfg.Log = s.log
	cfg.Sink = door{s.warehouse, p}
	engine, err := stream.New(cfg)
	if err != nil {
		panic("BUG: the simulation's settings are refused: " + err.Error())
	}
	p.engine = engine
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	go func() {
		defer close(p.done)
		p.err = engine.Run(ctx)
	}()
	return p
}

// step is one step of the protocol: a message or an insert that leaves, or an answer that comes. It
// returns false when the process is dead.
func (p *process) step() bool {
	if p.host.Dead() {
		return false
	}
	if p.steps.Load() >= 0 && p.steps.Add(-1) < 0 {
		p.kill()
		return false
	}
	return true
}

// kill ends the process at once.
func (p *process) kill() {
	p.host.Kill()
	p.cancel()
}

// stop ends the process in good order and waits.
func (p *process) stop() {
	p.cancel()
	<-p.done
}

// settings are what the engines of one seed have in common.
type settings struct {
	static         bool
	session, grace time.Duration
	age, retry     time.Duration
	write          time.Duration
	records, held  int
	writes         int
}

func newSettings(r *rand.Rand) settings {
	between := func(a, b time.Duration) time.Duration { return a + within(r, b-a) }
	return settings{
		static: r.IntN(3) == 0, session: between(2*time.Second, 4*time.Second),
		grace: between(10*time.Millisecond, time.Second),
		age:   between(time.Millisecond, 300*time.Millisecond),
		retry: between(5*time.Millisecond, 200*time.Millisecond),
		write: between(time.Second, 3*time.Second), records: r.IntN(30) + 1,
		held: (r.IntN(60) + 4) << 10, writes: r.IntN(4) + 1,
	}
}

func (s settings) config(slot string) stream.Config {
	cfg := stream.Config{
		Group: group, SessionTimeout: s.session, MaxBatchRecords: s.records, MaxBatchRows: 2 * s.records,
		BatchAge: s.age, MaxBatchAge: 2 * s.age, CompleteAfter: s.age, MaxBufferedBytes: s.held,
		MaxWrites: s.writes, WriteTimeout: s.write, RetryMin: s.retry, RetryMax: 4 * s.retry,
		StopGrace: s.grace,
	}
	if s.static {
		cfg.Instance = slot
	}
	return cfg
}
