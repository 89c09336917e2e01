package kafka_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
)

func admin(t testing.TB, brokers []string) *kafka.Admin {
	t.Helper()
	a, err := kafka.NewAdmin(kafka.Config{Brokers: brokers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	return a
}

// member is a member of a group that notes what it is told and what it reads.
type member struct {
	*kafka.Group
	assigned chan []kafka.Committed
	gone     chan []kafka.Partition
	mu       sync.Mutex
	values   []string
	done     chan struct{}
}

func join(t testing.TB, cfg kafka.GroupConfig) *member {
	t.Helper()
	m := &member{
		assigned: make(chan []kafka.Committed, 10), gone: make(chan []kafka.Partition, 10),
		done: make(chan struct{}),
	}
	cfg.Group, cfg.Topics, cfg.SessionTimeout = "g", []string{topic}, time.Second
	cfg.HeartbeatInterval = 50 * time.Millisecond
	cfg.OnAssigned = func(_ context.Context, all []kafka.Committed) { m.assigned <- all }
	cfg.OnRevoked = func(_ context.Context, all []kafka.Partition) { m.gone <- all }
	cfg.OnLost = cfg.OnRevoked
	g, err := kafka.Join(cfg)
	if err != nil {
		t.Fatal(err)
	}
	m.Group = g
	go m.poll()
	t.Cleanup(m.close)
	return m
}

func (m *member) poll() {
	defer close(m.done)
	for {
		fetched, err := m.Poll(context.Background(), 100)
		m.mu.Lock()
		for _, f := range fetched {
			for _, r := range f.Records {
				m.values = append(m.values, string(r.Value))
			}
		}
		m.mu.Unlock()
		m.AllowRebalance()
		if errors.Is(err, kafka.ErrClosed) {
			return
		}
	}
}

func (m *member) close() {
	m.Close()
	<-m.done
}

func await[T any](t testing.TB, what string, c <-chan T) T {
	t.Helper()
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case v := <-c:
		return v
	case <-timer.C:
		t.Fatalf("not within 10 s: %s", what)
		panic("unreachable")
	}
}

func TestCommitsAreKeptWithTheirMetadata(t *testing.T) {
	brokers := cluster(t, 3).Brokers()
	cfg := kafka.GroupConfig{Config: kafka.Config{Brokers: brokers}}
	m := join(t, cfg)
	for _, c := range await(t, "the assignment", m.assigned) {
		if c.Offset != -1 || c.Metadata != "" {
			t.Errorf("a fresh group has committed %+v", c)
		}
	}
	// Side by side, so that they share requests.
	var wait sync.WaitGroup
	for id := range int32(3) {
		wait.Go(func() {
			for offset := range int64(50) {
				c := kafka.Committed{
					Partition: kafka.Partition{Topic: topic, ID: id}, Offset: offset + 1,
					Metadata: string(rune('a' + id)),
				}
				if err := m.Commit(t.Context(), c); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	all, err := admin(t, brokers).Committed(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	m.close()
	again := await(t, "the next assignment", join(t, cfg).assigned)
	if len(all) != 3 || len(again) != 3 {
		t.Fatalf("committed %v, fetched %v", all, again)
	}
	for _, c := range append(all, again...) {
		if c.Offset != 50 || c.Metadata != string(rune('a'+c.ID)) {
			t.Errorf("partition %d holds %d with %q", c.ID, c.Offset, c.Metadata)
		}
	}
}

func TestMetadataUpToTheBoundIsKept(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	m := join(t, kafka.GroupConfig{Config: kafka.Config{Brokers: brokers}})
	await(t, "the assignment", m.assigned)
	c := kafka.Committed{
		Partition: kafka.Partition{Topic: topic}, Offset: 1,
		Metadata: strings.Repeat("m", kafka.MaxMetadataBytes),
	}
	if err := m.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	larger := c
	larger.Metadata += "m"
	if err := m.Commit(t.Context(), larger); !errors.Is(err, kafka.ErrMetadataTooLarge) {
		t.Errorf("got %v, want ErrMetadataTooLarge", err)
	}
	all, err := admin(t, brokers).Committed(t.Context(), "g")
	if err != nil || len(all) != 1 || all[0] != c {
		t.Errorf("committed %v, %v", all, err)
	}
}

func TestASecondMemberOfTheSameInstanceFencesTheFirst(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	cfg := kafka.GroupConfig{Config: kafka.Config{Brokers: brokers}, Instance: "one"}
	first := join(t, cfg)
	await(t, "the assignment", first.assigned)
	second := join(t, cfg)
	await(t, "the assignment of the second", second.assigned)
	c := kafka.Committed{Partition: kafka.Partition{Topic: topic}, Offset: 1}
	if err := first.Commit(t.Context(), c); !errors.Is(err, kafka.ErrFenced) {
		t.Errorf("the first commits with %v, want ErrFenced", err)
	}
	if err := second.Commit(t.Context(), c); err != nil {
		t.Error(err)
	}
	await(t, "the first to hear of its loss", first.gone)
}

func TestReadingGoesOnBehindTheCommit(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	produce(t, producer(t, to(brokers)), 0, 10)
	cfg := kafka.GroupConfig{Config: kafka.Config{Brokers: brokers}}
	m := join(t, cfg)
	await(t, "the assignment", m.assigned)
	p := kafka.Partition{Topic: topic}
	if err := m.Commit(t.Context(), kafka.Committed{Partition: p, Offset: 6}); err != nil {
		t.Fatal(err)
	}
	lags, err := admin(t, brokers).Lag(t.Context(), "g", topic)
	if err != nil {
		t.Fatal(err)
	}
	if want := (kafka.Lag{Partition: p, Committed: 6, End: 10, Records: 4}); lags[0] != want {
		t.Errorf("the lag is %+v, want %+v", lags[0], want)
	}
	m.close()
	m = join(t, cfg)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		await(t, "a tick", tick.C)
		m.mu.Lock()
		values := m.values
		m.mu.Unlock()
		if len(values) == 4 && values[0] == "6" && values[3] == "9" {
			return
		}
		if len(values) > 4 {
			t.Fatalf("read %v behind 6", values)
		}
	}
}

func TestEnsureTopicsLeavesWhatIsThere(t *testing.T) {
	brokers := cluster(t, 1).Brokers()
	a := admin(t, brokers)
	for range 2 {
		if err := a.EnsureTopics(t.Context(), kafka.Topics(3, 1, time.Hour)...); err != nil {
			t.Fatal(err)
		}
	}
	ends, err := a.EndOffsets(t.Context(), "tillstream.orders", "tillstream.catalogue")
	if err != nil {
		t.Fatal(err)
	}
	if len(ends) != 3+1 {
		t.Errorf("%d partitions, want 3 of orders and 1 of the catalogue", len(ends))
	}
}
