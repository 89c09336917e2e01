package apache_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/apache"
)

const topic, group = "numbers", "readers"

func producer(t testing.TB, cfg kafka.Config) *kafka.Producer {
	t.Helper()
	p, err := kafka.NewProducer(kafka.ProducerConfig{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

func ensure(t testing.TB, cfg kafka.Config, partitions int32) {
	t.Helper()
	admin, err := kafka.NewAdmin(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	err = admin.EnsureTopics(t.Context(), kafka.TopicSpec{Name: topic, Partitions: partitions})
	if err != nil {
		t.Fatal(err)
	}
}

func number(n int) *kafka.Record {
	return &kafka.Record{Topic: topic, Key: fmt.Append(nil, n%7), Value: fmt.Append(nil, n)}
}

// reader is a member of a group that commits what it has read, and keeps the effect of each number: as
// the stream does, it drops what is not above its mark, so that a repetition has no effect.
type reader struct {
	*kafka.Group
	mu      sync.Mutex
	effects map[string]int
	marks   map[string]int
	commits int
	fenced  error
}

func read(t testing.TB, cfg kafka.Config) *reader {
	t.Helper()
	r := &reader{effects: map[string]int{}, marks: map[string]int{}}
	g, err := kafka.Join(kafka.GroupConfig{Config: cfg, Group: group, Topics: []string{topic},
		SessionTimeout: 6 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	r.Group = g
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.run()
	}()
	t.Cleanup(func() { g.Close(); <-done })
	return r
}

func (r *reader) run() {
	for {
		fetched, err := r.Poll(context.Background(), 500)
		if err != nil {
			return
		}
		for _, f := range fetched {
			r.take(f)
		}
		r.AllowRebalance()
	}
}

func (r *reader) take(f kafka.Fetched) {
	r.mu.Lock()
	for _, rec := range f.Records {
		var n int
		_, _ = fmt.Sscan(string(rec.Value), &n)
		if mark, any := r.marks[string(rec.Key)]; any && n <= mark {
			continue
		}
		r.marks[string(rec.Key)] = n
		r.effects[string(rec.Value)]++
	}
	r.mu.Unlock()
	next := f.Records[len(f.Records)-1].Offset + 1
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := r.Commit(context.Background(), kafka.Committed{Partition: f.Partition, Offset: next,
			Metadata: "read"})
		r.mu.Lock()
		r.commits++
		if errors.Is(err, kafka.ErrFenced) {
			r.fenced = err
		}
		r.mu.Unlock()
		if err == nil || errors.Is(err, kafka.ErrFenced) || errors.Is(err, kafka.ErrClosed) {
			return
		}
		// The node that keeps the group's offsets is away.
		<-tick.C
	}
}

func (r *reader) seen() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.effects)
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("not within a minute: %s", what)
		}
	}
}

// coordinator returns the index of the node that keeps the group's offsets.
func coordinator(t testing.TB, cluster *apache.Cluster) int {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.Brokers()...))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	found := kadm.NewClient(client).FindGroupCoordinators(t.Context(), group)
	if err := found.Error(); err != nil {
		t.Fatal(err)
	}
	return int(found[group].NodeID) - 1
}

// TestANodeIsKilledUnderLoad kills one of three nodes, the leader of some partitions and the keeper of
// the group's offsets, while records are written and read all the time, and lets it come back.
func TestANodeIsKilledUnderLoad(t *testing.T) {
	cluster := apache.Start(t, apache.Config{Nodes: 3})
	cfg := kafka.Config{Brokers: cluster.Brokers()}
	ensure(t, cfg, 6)
	p, r := producer(t, cfg), read(t, cfg)
	var (
		wait    sync.WaitGroup
		mu      sync.Mutex
		failed  error
		written int
	)
	stop := make(chan struct{})
	wait.Go(func() {
		pace := time.NewTicker(time.Millisecond)
		defer pace.Stop()
		for {
			for range 5 {
				p.ProduceAsync(t.Context(), number(written), func(err error) {
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						failed = err
					}
				})
				written++
			}
			select {
			case <-stop:
				return
			case <-pace.C:
			}
		}
	})
	eventually(t, "records to flow", func() bool { return r.seen() > 1000 })
	victim := coordinator(t, cluster)
	cluster.Kill(victim)
	// More than were on their way, so they have come through the nodes that are left.
	before := r.seen()
	eventually(t, "records to flow without the node", func() bool { return r.seen() > before+10_000 })
	cluster.Restart(t, victim)
	before = r.seen()
	eventually(t, "records to flow with the node", func() bool { return r.seen() > before+1000 })
	close(stop)
	wait.Wait()
	if err := p.Flush(t.Context()); err != nil || failed != nil {
		t.Fatalf("a record was refused: %v, %v", err, failed)
	}
	eventually(t, "everything is read", func() bool { return r.seen() == written })
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fenced != nil {
		t.Errorf("the only member was expelled: %v", r.fenced)
	}
	for v := range maps.Values(r.effects) {
		if v != 1 {
			t.Fatalf("a number has %d effects", v)
		}
	}
	t.Logf("%d records, %d commits", written, r.commits)
}

func TestOnlyWhoKnowsThePasswordIsLetIn(t *testing.T) {
	cluster := apache.Start(t, apache.Config{User: "till", Password: "a good one"})
	good := kafka.Config{
		Brokers: cluster.Brokers(), TLS: kafka.TLS{Enabled: true, CAFile: cluster.CAFile()},
		SASL: kafka.SASL{Mechanism: "scram-sha-512", User: "till", Password: "a good one"},
	}
	ensure(t, good, 2)
	for n := range 10 {
		if err := producer(t, good).Produce(t.Context(), []*kafka.Record{number(n)}); err != nil {
			t.Fatal(err)
		}
	}
	r := read(t, good)
	eventually(t, "all is read", func() bool { return r.seen() == 10 })
	f := func(what string, change func(*kafka.Config), want string) {
		t.Helper()
		cfg := good
		change(&cfg)
		calls := map[string]func(context.Context) error{
			"Ping": producer(t, cfg).Ping,
			// It waits as long as it may, since a password can be mended while it waits.
			"Produce": func(ctx context.Context) error {
				ctx, cancel := context.WithTimeout(ctx, time.Second)
				defer cancel()
				return producer(t, cfg).Produce(ctx, []*kafka.Record{number(11)})
			},
			"NewTail": func(ctx context.Context) error {
				_, err := kafka.NewTail(ctx, kafka.TailConfig{Config: cfg, Topics: []string{topic}})
				return err
			},
		}
		for call, do := range calls {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			err := do(ctx)
			cancel()
			if !errors.Is(err, kafka.ErrRefused) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %s says %q, want it to mention %q", what, call, err, want)
			}
		}
	}
	f("a wrong password", func(c *kafka.Config) { c.SASL.Password = "a bad one" },
		"invalid credentials with SASL mechanism SCRAM-SHA-512")
	f("a user whom nobody knows", func(c *kafka.Config) { c.SASL.User = "nobody" },
		"invalid credentials with SASL mechanism SCRAM-SHA-512")
	f("a mechanism that is switched off", func(c *kafka.Config) { c.SASL.Mechanism = "plain" },
		"UNSUPPORTED_SASL_MECHANISM")
	f("an authority that is not trusted", func(c *kafka.Config) { c.TLS.CAFile = "" },
		"certificate signed by unknown authority")
	nobody := good
	nobody.SASL = kafka.SASL{}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := producer(t, nobody).Ping(ctx); err == nil || !strings.Contains(err.Error(), "SASL") {
		t.Errorf("without a password: %v, want it to mention SASL", err)
	}
}
