package cdc_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
)

// dam is a log that acknowledges nothing until it is opened.
type dam struct {
	cdc.Publisher
	mu   sync.Mutex
	open bool
	held []func()
}

func (d *dam) ProduceAsync(ctx context.Context, r *kafka.Record, done func(error)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.open {
		d.held = append(d.held, func() { d.Publisher.ProduceAsync(ctx, r, done) })
		return
	}
	d.Publisher.ProduceAsync(ctx, r, done)
}

func (d *dam) Open() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open = true
	for _, produce := range d.held {
		produce()
	}
}

// lines counts the log lines that hold the words.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *lines) count(words string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.buf.String(), words)
}

// noise writes megabytes of log that are nobody's facts, in commits of one megabyte.
func noise(t testing.TB, conn *pgx.Conn, megabytes int) {
	t.Helper()
	for range megabytes {
		_, err := conn.Exec(context.Background(),
			`SELECT pg_logical_emit_message(true, 'noise', repeat('x', 1 << 20))`)
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAlarmAtHalfOfWhatMayBeKept(t *testing.T) {
	c := newChain(t)
	cfg := c.config(t)
	var log lines
	var wall *dam
	cfg.Publish = func() (cdc.Publisher, error) {
		p, err := c.publish()
		wall = &dam{Publisher: p}
		return wall, err
	}
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	cfg.WatchInterval, cfg.RetainedLimit = 10*time.Millisecond, 64<<20
	r, _ := relay(t, cfg)
	streaming(t, r)
	conn := connect(t, c.dsn)
	c.commit(t, conn, 1) // is never acknowledged, so everything behind it is kept
	noise(t, conn, 20)
	eventually(t, "20 MB to be kept", func() bool { return r.Stats().Retained.Bytes > 20<<20 })
	if k := r.Stats().Retained; k.Alarm || k.Limit != 64<<20 || !k.Capped || k.Status != "reserved" {
		t.Errorf("below half of the limit: %+v", k)
	}
	noise(t, conn, 14)
	eventually(t, "the alarm", func() bool { return r.Stats().Retained.Alarm })
	noise(t, conn, 5)
	wall.Open()
	eventually(t, "the end of the alarm", func() bool { return !r.Stats().Retained.Alarm })
	if k := r.Stats().Retained; k.Alarms != 1 {
		t.Errorf("%d alarms, want 1: %+v", k.Alarms, k)
	}
	on, off := log.count("keeps much log"), log.count("let its log go again")
	if on != 1 || off != 1 {
		t.Errorf("%d lines for the alarm and %d for its end, want 1 of each", on, off)
	}
}

func TestServersOwnLimitCounts(t *testing.T) {
	server := ownPostgres(t, map[string]string{"max_slot_wal_keep_size": "64MB", "fsync": "off"})()
	c := newChain(t)
	c.dsn = server.DSN()
	cfg := c.config(t)
	cfg.WatchInterval = 10 * time.Millisecond
	r, _ := relay(t, cfg)
	eventually(t, "a look", func() bool { return r.Stats().Retained.Limit > 0 })
	if k := r.Stats().Retained; !k.Capped || k.Limit != 64<<20 || k.Safe < 0 {
		t.Errorf("got %+v, want the server's 64 MB", k)
	}
}

// An idle database beside a neighbour that writes 300 MB into the same log: without a heartbeat table, and
// without the server's own note of running transactions every 15 s, the slot keeps little of it.
func TestIdleDatabaseKeepsLittleOfItsNeighboursLog(t *testing.T) {
	const written, atMost = 300, 64
	c, neighbour := newChain(t), newChain(t)
	cfg := c.config(t)
	cfg.ConfirmInterval = 0 // the default
	cfg.WatchInterval = 10 * time.Millisecond
	r, _ := relay(t, cfg)
	streaming(t, r)
	c.commit(t, connect(t, c.dsn), 1)
	busy := connect(t, neighbour.dsn)
	if _, err := busy.Exec(t.Context(), "CREATE TABLE busy (n int, words text)"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		for range written {
			_, err := busy.Exec(context.Background(), `INSERT INTO busy SELECT g, repeat('x', 1000)
				FROM generate_series(1, 1000) g`)
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	var most int64
	over := false
	eventually(t, "the neighbour", func() bool {
		most = max(most, r.Stats().Retained.Bytes)
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			over = true
		default:
		}
		return over
	})
	t.Logf("the neighbour wrote %d MB, the slot kept at most %d MB", written, most>>20)
	if most == 0 || most > atMost<<20 {
		t.Errorf("the slot kept %d MB, want more than none and at most %d", most>>20, atMost)
	}
	if s := r.Stats(); s.Records != 1 || s.Reconnects != 0 || s.Gaps != 1 {
		t.Errorf("stats %+v", s)
	}
}
