//go:build synctests

package simulation_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/kafkatest"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream"
)

// group is the group of the engines.
const group = "simulation"

// simulation is the run of one seed.
type simulation struct {
	seed      uint64
	log       *slog.Logger
	world     *world
	settings  settings
	net       *kafkatest.Network
	cluster   *kafkatest.Virtual
	nodes     int
	brokers   []string
	warehouse *warehouse
	// chaos is for how long things go wrong, until when they stop.
	chaos time.Duration
	until time.Time
	// trouble counts what makes it.
	trouble sync.WaitGroup

	mu        sync.Mutex
	processes []*process
}

func newSimulation(seed uint64, log *slog.Logger) (*simulation, error) {
	chance := rand.New(rand.NewPCG(seed, 2))
	s := &simulation{
		seed: seed, log: log, world: newWorld(seed), settings: newSettings(chance),
		net:   kafkatest.NewNetwork(seed, 20*time.Microsecond, 3*time.Millisecond),
		chaos: time.Second + within(chance, 4*time.Second),
	}
	s.warehouse = newWarehouse(seed)
	var topics []kafka.TopicSpec
	for _, t := range kafka.Topics(1, 1, 0) {
		switch event.Topic(t.Name) {
		case event.TopicOrders, event.TopicStock, event.TopicBehaviour:
			t.Partitions = chance.Int32N(2) + 1
		}
		topics = append(topics, t)
	}
	var err error
	s.nodes = max(1, chance.IntN(4)-1)
	s.cluster, err = kafkatest.StartVirtual(s.net, s.nodes, topics...)
	if err != nil {
		return nil, err
	}
	s.brokers = s.cluster.Brokers()
	s.lead(chance)
	return s, nil
}

// lead has each partition led by a broker that the seed draws.
func (s *simulation) lead(chance *rand.Rand) {
	for _, t := range append(event.Topics(), event.TopicDeadLetter) {
		for id := range int32(len(s.cluster.Ends(string(t)))) {
			to := chance.Int32N(int32(s.nodes))
			if err := s.cluster.Fake().MoveTopicPartition(string(t), id, to); err != nil {
				panic("BUG: a partition cannot move: " + err.Error())
			}
		}
	}
}

// run lets everything happen, waits until all is quiet and returns what is wrong.
func (s *simulation) run() error {
	chance := rand.New(rand.NewPCG(s.seed, 3))
	s.until = time.Now().Add(s.chaos)
	var relays sync.WaitGroup
	for _, o := range s.world.origins() {
		own := rand.New(rand.NewPCG(chance.Uint64(), 4))
		relays.Go(func() { s.relay(o, own) })
	}
	for i := range chance.IntN(2) + 1 {
		own := rand.New(rand.NewPCG(chance.Uint64(), 5))
		s.trouble.Go(func() { s.slot(string(rune('a'+i)), own) })
	}
	own := rand.New(rand.NewPCG(chance.Uint64(), 6))
	s.trouble.Go(func() { s.lapse(own) })
	s.trouble.Wait()
	s.warehouse.recover()
	relays.Wait()
	last := s.launch("a")
	err := s.quiet(last)
	last.stop()
	for _, p := range s.processes {
		p.kill()
		<-p.done
		err = errors.Join(err, p.verify())
	}
	s.warehouse.served.Wait()
	if err != nil {
		return err
	}
	return s.verify()
}

// virtually waits: in a bubble of testing/synctest, where it takes no time.
func virtually(d time.Duration) { time.Sleep(d) }

// patience is how long the last engine may take to catch up, in virtual time; members that are still in
// the group after forgotten are dead and forgotten by kfake.
const (
	patience  = 5 * time.Minute
	forgotten = 2 * time.Minute
)

func (s *simulation) quiet(last *process) error {
	var topics []string
	for _, t := range event.Topics() {
		topics = append(topics, string(t))
	}
	expired := false
	for began := time.Now(); !s.cluster.Drained(group, topics...); {
		if !expired && time.Since(began) > forgotten {
			expired = true
			if err := s.cluster.Expire(context.Background(), s.net, group, last.name); err != nil {
				return err
			}
		}
		select {
		case <-last.done:
			return fmt.Errorf("the last engine ended: %v", last.err)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Since(began) > patience {
			return fmt.Errorf("after %v %s has not caught up: %+v\nends %v\ngroup %+v", patience, last.name,
				last.engine.Stats(), s.cluster.Ends(topics...), s.cluster.Fake().GroupInfo(group))
		}
	}
	return nil
}

// verify looks whether the process ended well.
func (p *process) verify() error {
	if p.err != nil {
		return fmt.Errorf("engine %s ended: %w", p.name, p.err)
	}
	for topic, t := range p.engine.Stats().Topics {
		if t.Lost > 0 {
			return fmt.Errorf("engine %s says that it lost %d records of %s", p.name, t.Lost, topic)
		}
	}
	return nil
}

// verify compares what the warehouse holds with the recomputation.
func (s *simulation) verify() error {
	want, err := recompute(s.world)
	if err != nil {
		return err
	}
	var all []error
	for _, wrong := range append(s.warehouse.broken(), want.differences(s.warehouse.result)...) {
		all = append(all, errors.New(wrong))
	}
	return errors.Join(append(all, s.letters())...)
}

// letters compares the dead letters with the records that were no facts.
func (s *simulation) letters() error {
	want := make(map[string]bool)
	for _, o := range s.world.databases {
		for _, h := range o.all {
			if h.poison > 0 {
				want[h.key] = true
			}
		}
	}
	dead := string(event.TopicDeadLetter)
	left := s.cluster.Ends(dead)[kafka.Partition{Topic: dead}]
	if left == 0 && len(want) == 0 {
		return nil
	}
	tail, err := kafka.NewTail(context.Background(), kafka.TailConfig{
		Config: kafka.Config{Brokers: s.brokers, Dial: s.net.Host("auditor").Dial}, Topics: []string{dead},
	})
	if err != nil {
		return err
	}
	defer tail.Close()
	got := make(map[string]bool)
	for left > 0 {
		records, err := tail.Poll(context.Background())
		if err != nil {
			return err
		}
		for _, r := range records {
			got[string(r.Key)] = true
			if !want[string(r.Key)] {
				return fmt.Errorf("a fact is a dead letter: %s", reason(r))
			}
		}
		left -= int64(len(records))
	}
	if len(got) != len(want) {
		return fmt.Errorf("%d dead letters, want %d", len(got), len(want))
	}
	return nil
}

func reason(r *kafka.Record) string {
	for _, h := range r.Headers {
		if h.Key == stream.HeaderReason {
			return string(h.Value)
		}
	}
	return "without a reason"
}

// simulate runs one seed in a bubble of virtual time.
func simulate(t *testing.T, seed uint64, log *slog.Logger) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, err := newSimulation(seed, log)
		if err != nil {
			t.Fatal(err)
		}
		defer s.cluster.Close()
		if err := s.run(); err != nil {
			t.Errorf("seed %d: %v\nreplay it: %s=%d go test -tags synctests -count=1 -v "+
				"-run '^TestSimulation$' ./cmd/simulation", seed, err, seedVariable, seed)
		}
	})
}
