package cdc_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/retail/event"
)

// shelves is a snapshot of three catalogue facts; it keeps the gaps that it was asked about.
type shelves struct {
	mu   sync.Mutex
	gaps []cdc.Gap
	fail int // calls to fail half way
}

func (s *shelves) Snapshot(_ context.Context, gap cdc.Gap, emit func(event.Frame) error) error {
	s.mu.Lock()
	s.gaps = append(s.gaps, gap)
	s.fail--
	fail := s.fail >= 0
	s.mu.Unlock()
	for key := range int64(3) {
		f := event.Frame{Kind: event.KindProductChanged, Key: key, Wire: make([]byte, 40<<10)}
		if err := emit(f); err != nil {
			return err
		}
		if fail {
			return errRefused
		}
	}
	return nil
}

func (s *shelves) asked() []cdc.Gap {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.gaps)
}

// gone runs a relay, stops it, lets harm be done, and runs it again: the harm must be answered with a
// snapshot whose reason contains the words.
func gone(t *testing.T, words string, harm func(c *chain, cfg *cdc.Config)) (*chain, *cdc.Relay) {
	t.Helper()
	c := newChain(t)
	cfg := c.config(t)
	snapshot := &shelves{}
	cfg.Snapshotter = snapshot
	r, stop := relay(t, cfg)
	eventually(t, "the first snapshot", func() bool { return r.Stats().Snapshots == 1 })
	conn := connect(t, c.dsn)
	c.commit(t, conn, 10)
	eventually(t, "records", func() bool { return r.Stats().Acknowledged == 13 })
	stop()
	harm(c, &cfg)
	r, _ = relay(t, cfg)
	eventually(t, "the second snapshot", func() bool { return r.Stats().Snapshots == 1 })
	c.commit(t, conn, 10)
	awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
	gaps := snapshot.asked()
	if len(gaps) != 2 || !gaps[0].First || !strings.Contains(gaps[1].Reason, words) {
		t.Errorf("the gaps are %+v, want the second to say %q", gaps, words)
	}
	if s := r.Stats(); s.Gaps != 1 || s.LastGap != gaps[1].Reason {
		t.Errorf("stats say %d gaps, last %q", s.Gaps, s.LastGap)
	}
	return c, r
}

func TestDroppedSlotIsAnswered(t *testing.T) {
	c, _ := gone(t, "the slot was not there", func(c *chain, _ *cdc.Config) {
		conn := connect(t, c.dsn)
		query(t, conn, "SELECT pg_drop_replication_slot($1)::text", c.slot)
		c.commit(t, conn, 5)
	})
	in := c.consumer(t)
	in.await(t, 3+10+3+10)
	lost := 0
	for _, rec := range in.facts {
		if rec.Topic != string(event.TopicCatalogue) && be(rec.Value) > 10 && be(rec.Value) <= 15 {
			lost++
		}
	}
	if lost != 0 {
		t.Errorf("%d facts came out of a slot that was not there", lost)
	}
}

func TestRemadeSlotIsAnswered(t *testing.T) {
	gone(t, "it was moved or made anew", func(c *chain, _ *cdc.Config) {
		conn := connect(t, c.dsn)
		query(t, conn, "SELECT pg_drop_replication_slot($1)::text", c.slot)
		c.commit(t, conn, 5)
		query(t, conn, "SELECT pg_create_logical_replication_slot($1, 'pgoutput')::text", c.slot)
	})
}

func TestAdvancedSlotIsAnswered(t *testing.T) {
	gone(t, "it was moved or made anew", func(c *chain, _ *cdc.Config) {
		conn := connect(t, c.dsn)
		c.commit(t, conn, 5)
		query(t, conn, `SELECT pg_replication_slot_advance($1, pg_current_wal_lsn())::text`, c.slot)
	})
}

func TestForgottenSlotIsAnswered(t *testing.T) {
	c, _ := gone(t, "nothing is remembered", func(c *chain, cfg *cdc.Config) {
		cfg.Memory = cdc.LogMemory{Offsets: newChain(t).config(t).Memory.(cdc.LogMemory).Offsets}
	})
	_ = c
}

func TestRestoredDatabaseGetsASourceOfItsOwn(t *testing.T) {
	c, r := gone(t, "history ends at", func(c *chain, cfg *cdc.Config) {
		at, err := cfg.Memory.Load(t.Context(), c.slot)
		if err != nil {
			t.Fatal(err)
		}
		at.Confirmed += 1 << 40
		if err := cfg.Memory.Save(t.Context(), c.slot, *at); err != nil {
			t.Fatal(err)
		}
	})
	in := c.consumer(t)
	in.await(t, 3+10+3+10)
	sources := in.sources()
	if len(sources) != 2 || sources[1] != sources[0]+"/1" || r.Stats().Source != sources[1] {
		t.Errorf("the sources are %v, the relay says %s", sources, r.Stats().Source)
	}
}

func TestUnfinishedSnapshotIsOwed(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	snapshot := &shelves{fail: 2}
	cfg.Snapshotter = snapshot
	r, _ := relay(t, cfg)
	eventually(t, "the third attempt", func() bool { return r.Stats().Snapshots == 1 })
	gaps := snapshot.asked()
	if len(gaps) != 3 || gaps[2].Reason != "an earlier snapshot was not finished" {
		t.Errorf("the gaps are %+v", gaps)
	}
	conn := connect(t, c.dsn)
	awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
}

func TestInvalidatedSlotIsAnswered(t *testing.T) {
	server := ownPostgres(t, map[string]string{
		"max_slot_wal_keep_size": "64MB", "fsync": "off", "min_wal_size": "128MB"})()
	c := newChain(t)
	c.dsn = server.DSN()
	cfg := c.config(t)
	snapshot := &shelves{}
	cfg.Snapshotter = snapshot
	r, stop := relay(t, cfg)
	eventually(t, "the first snapshot", func() bool { return r.Stats().Snapshots == 1 })
	stop()
	conn := connect(t, c.dsn)
	for _, sql := range []string{
		`SELECT pg_logical_emit_message(true, 'noise', repeat('x', 1 << 20)) FROM generate_series(1, 300)`,
		`SELECT pg_switch_wal()`, `CHECKPOINT`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	lost := query(t, conn, "SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1", c.slot)
	if lost != "lost" {
		t.Fatalf("the slot's log is %s, so there is nothing to test", lost)
	}
	r, _ = relay(t, cfg)
	eventually(t, "the second snapshot", func() bool { return r.Stats().Snapshots == 1 })
	if s := r.Stats(); s.LastGap != "it was invalidated: wal_removed" {
		t.Errorf("the gap is %q", s.LastGap)
	}
	c.commit(t, conn, 10)
	awaitConfirmed(t, c, conn, query(t, conn, "SELECT pg_current_wal_lsn()::text"))
}
