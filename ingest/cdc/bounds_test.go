package cdc_test

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// sink is a log that acknowledges in order from a goroutine of its own and keeps nothing.
type sink struct {
	queue chan func(error)
	taken *atomic.Int64
}

func newSink(taken *atomic.Int64) *sink {
	s := &sink{make(chan func(error), 1<<20), taken}
	go func() {
		for done := range s.queue {
			s.taken.Add(1)
			done(nil)
		}
	}()
	return s
}

func (s *sink) ProduceAsync(_ context.Context, _ *kafka.Record, done func(error)) { s.queue <- done }

func (s *sink) Close() { close(s.queue) }

func TestHugeTransactionNeedsLittleMemory(t *testing.T) {
	const packets, facts = 800, 250
	c := newChain(t)
	cfg := c.config(t)
	var taken atomic.Int64
	cfg.Publish = func() (cdc.Publisher, error) { return newSink(&taken), nil }
	cfg.MaxInFlightRecords, cfg.MaxInFlightBytes = 5_000, 4<<20
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	var packet []byte
	for i := range facts {
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderPlaced, Key: int64(i),
			Wire: make([]byte, 500)})
	}
	before := heap()
	_, err := conn.Exec(t.Context(), `SELECT pg_logical_emit_message(true, $1, $2::bytea)
		FROM generate_series(1, $3)`, event.PacketPrefix, packet, packets)
	if err != nil {
		t.Fatal(err)
	}
	var most uint64
	var records int
	eventually(t, "200,000 facts to be taken", func() bool {
		s := r.Stats()
		most, records = max(most, heap()), max(records, s.InFlightRecords)
		return taken.Load() == packets*facts
	})
	awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
	grown := max(most, before) - before
	t.Logf("100 MB in one transaction: heap grew by %d MB, %d records in flight", grown>>20, records)
	if grown > 40<<20 || records > 5_000 {
		t.Errorf("the heap grew by %d MB, %d records were in flight", grown>>20, records)
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// An idle chain beside a busy table: nothing is relayed, and still the database may throw its log away.
func TestIdleRelayLetsTheLogGo(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn := connect(t, c.dsn)
	for round := range 3 {
		_, err := conn.Exec(t.Context(), fmt.Sprintf(`CREATE TABLE busy_%d AS
			SELECT g, repeat('x', 100) FROM generate_series(1, 20000) g`, round))
		if err != nil {
			t.Fatal(err)
		}
		awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
	}
	if s := r.Stats(); s.Records != 0 || s.Reconnects != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestConfigSaysWhatIsMissing(t *testing.T) {
	publish := func() (cdc.Publisher, error) { return nil, nil }
	f := func(cfg cdc.Config, want string) {
		t.Helper()
		if _, err := cdc.New(cfg); err == nil || err.Error() != "cannot make a relay: "+want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	f(cdc.Config{}, "no connection string is given")
	f(cdc.Config{DSN: "x"}, "it needs a log to publish to and a memory")
	f(cdc.Config{DSN: "x", Publish: publish, Memory: cdc.LogMemory{}, Slot: "a'b"},
		"slot a'b and publication tillstream must be made of 1 to 63 of a-z, 0-9 and _")
}

func TestUnreachableDatabaseIsSaid(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	cfg.DSN = "postgres://nobody:x@127.0.0.1:1/none"
	r, _ := relay(t, cfg)
	eventually(t, "the relay to give its reason", func() bool {
		s := r.Stats()
		return s.State == cdc.Down && s.LastError != "" && s.Reconnects > 1
	})
}
