package local_test

import (
	"context"
	"errors"
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/ingest/kafka/local"
	"github.com/tillstream/tillstream/oltp/child"
)

// serve runs the engine in this process and returns its address and its end.
func serve(t *testing.T, cfg local.ServeConfig) (address string, end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- local.Serve(ctx, cfg) }()
	answering(t, cfg.Port)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(cfg.Port)), func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// answering waits until somebody listens on the port.
func answering(t *testing.T, port int) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range 2000 {
		conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			conn.Close()
			return
		}
		<-tick.C
	}
	t.Fatalf("nobody listens on port %d", port)
}

func TestWritesWaitWhileTheDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	port, err := child.Port(filepath.Join(dir, "port"))
	if err != nil {
		t.Fatal(err)
	}
	// More than any disk has free: as if it were full.
	cfg := local.ServeConfig{Dir: dir, Port: port, NoSync: true, MinFreeBytes: 1 << 62}
	address, end := serve(t, cfg)
	ensureTopic(t, address)
	producer, err := kafka.NewProducer(kafka.ProducerConfig{
		Config: kafka.Config{Brokers: []string{address}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer producer.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	err = producer.Produce(ctx, []*kafka.Record{record(-1)})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("writing to a full disk gives %v, want to wait until the deadline", err)
	}
	end()
	cfg.MinFreeBytes = 1
	_, end = serve(t, cfg)
	defer end()
	if err := producer.Produce(t.Context(), []*kafka.Record{record(0)}); err != nil {
		t.Fatal(err)
	}
	wantInOrder(t, address, 1)
}
