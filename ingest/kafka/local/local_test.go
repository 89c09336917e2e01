package local_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/local"
)

// serveVariable makes this test binary the child.
const serveVariable = "TILLSTREAM_TEST_SERVE_KAFKA"

func TestMain(m *testing.M) {
	if os.Getenv(serveVariable) == "" {
		os.Setenv(serveVariable, "1")
		os.Exit(m.Run())
	}
	var cfg local.ServeConfig
	flags := flag.NewFlagSet("serve", flag.ExitOnError)
	flags.StringVar(&cfg.Dir, "dir", "", "")
	flags.IntVar(&cfg.Port, "port", 0, "")
	flags.BoolVar(&cfg.NoSync, "no-sync", false, "")
	_ = flags.Parse(os.Args[1:])
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := local.Serve(ctx, cfg); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func start(t testing.TB, cfg local.Config) *local.Server {
	t.Helper()
	cfg.Exe = []string{os.Args[0]}
	s, err := local.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

const topic = "orders"

func ensureTopic(t testing.TB, address string) {
	t.Helper()
	admin, err := kafka.NewAdmin(kafka.Config{Brokers: []string{address}})
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	err = admin.EnsureTopics(t.Context(), kafka.TopicSpec{Name: topic, Partitions: 1})
	if err != nil {
		t.Fatal(err)
	}
}

func record(i int) *kafka.Record {
	return &kafka.Record{Topic: topic, Key: []byte("1"), Value: fmt.Appendf(nil, "%d", i)}
}

func TestRecordsSurviveKillsInTheirOrder(t *testing.T) {
	dir := t.TempDir()
	server := start(t, local.Config{Dir: dir})
	address := server.Address()
	ensureTopic(t, address)
	producer, err := kafka.NewProducer(kafka.ProducerConfig{
		Config: kafka.Config{Brokers: []string{address}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	const rounds, perRound = 5, 2000
	var failed atomic.Int64
	for round := range rounds {
		for i := range perRound {
			// Several batches are under way when the engine dies and when it comes back.
			n := round*perRound + i
			producer.ProduceAsync(t.Context(), record(n), func(err error) {
				if err != nil && failed.Add(1) == 1 {
					t.Errorf("record %d: %v", n, err)
				}
			})
			if i == perRound/2 {
				server.Kill()
				server = start(t, local.Config{Dir: dir})
			}
		}
	}
	if err := producer.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if server.Address() != address {
		t.Fatalf("the address changed from %s to %s", address, server.Address())
	}
	wantInOrder(t, address, rounds*perRound)
}

// wantInOrder reads the topic and checks that each number comes after its predecessor; a repetition
// is allowed.
func wantInOrder(t *testing.T, address string, want int) {
	t.Helper()
	tail, err := kafka.NewTail(t.Context(), kafka.TailConfig{
		Config: kafka.Config{Brokers: []string{address}}, Topics: []string{topic},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer tail.Close()
	next := 0
	for read := int64(0); read < tail.Ends()[kafka.Partition{Topic: topic}]; {
		records, err := tail.Poll(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records {
			read = r.Offset + 1
			var n int
			_, _ = fmt.Sscan(string(r.Value), &n)
			if n > next {
				t.Fatalf("offset %d holds %d, want %d", r.Offset, n, next)
			}
			if n == next {
				next++
			}
		}
	}
	if next != want {
		t.Fatalf("the topic ends at %d, want %d", next, want)
	}
}

func TestCommitsWithMetadataSurviveAKillAndTheMemberRecovers(t *testing.T) {
	dir := t.TempDir()
	server := start(t, local.Config{Dir: dir, NoSync: true})
	brokers := []string{server.Address()}
	ensureTopic(t, server.Address())
	assigned := make(chan kafka.Committed, 10)
	group, err := kafka.Join(kafka.GroupConfig{
		Config: kafka.Config{Brokers: brokers}, Group: "g", Topics: []string{topic},
		OnAssigned: func(_ context.Context, all []kafka.Committed) { assigned <- all[0] },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer group.Close()
	go func() {
		for {
			_, err := group.Poll(t.Context(), 1)
			if errors.Is(err, kafka.ErrClosed) || t.Context().Err() != nil {
				return
			}
			group.AllowRebalance()
		}
	}()
	if first := <-assigned; first.Offset != -1 || first.Metadata != "" {
		t.Fatalf("a fresh group has committed %+v", first)
	}
	p := kafka.Partition{Topic: topic}
	want := kafka.Committed{Partition: p, Offset: 7, Metadata: "the intent"}
	if err := group.Commit(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	start(t, local.Config{Dir: dir, NoSync: true})
	if got := <-assigned; got != want {
		t.Fatalf("after the kill the group has committed %+v, want %+v", got, want)
	}
}

func TestPreconditionsAreNamed(t *testing.T) {
	dir := t.TempDir()
	server := start(t, local.Config{Dir: dir})
	f := func(cfg local.Config, want string) {
		t.Helper()
		cfg.Exe = []string{os.Args[0]}
		s, err := local.Start(t.Context(), cfg)
		if err == nil {
			s.Kill()
			t.Fatalf("starting %+v succeeded", cfg)
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("starting %+v fails with\n%v\nwant it to mention %q", cfg, err, want)
		}
	}
	var port int
	_, _ = fmt.Sscanf(server.Address(), "127.0.0.1:%d", &port)
	f(local.Config{Dir: t.TempDir(), Port: port}, fmt.Sprintf("port %d", port))
	f(local.Config{Dir: dir}, "another kafka serves this folder")
	f(local.Config{Dir: "/proc/nowhere"}, "/proc/nowhere")
}

func TestStopEndsInGoodOrder(t *testing.T) {
	server := start(t, local.Config{Dir: t.TempDir()})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := server.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	<-server.Done()
	if err := server.Err(); err != nil {
		t.Fatal(err)
	}
}

// A topic that is deleted while somebody still writes to it is the writer's trouble, not the broker's.
func TestWritingToATopicThatIsGoneDoesNotEndTheBroker(t *testing.T) {
	s := start(t, local.Config{Dir: t.TempDir(), NoSync: true})
	ensureTopic(t, s.Address())
	cfg := kafka.Config{Brokers: []string{s.Address()}}
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	write := func() error {
		return producer.Produce(t.Context(), []*kafka.Record{{Topic: topic, Value: []byte("a fact")}})
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	admin, err := kafka.NewAdmin(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := admin.DeleteTopics(t.Context(), topic); err != nil {
		t.Fatal(err)
	}
	if err := write(); err == nil {
		t.Error("a topic that is gone takes records")
	}
	select {
	case <-s.Done():
		t.Fatalf("the broker ended: %v", s.Err())
	default:
	}
	if err := admin.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}
