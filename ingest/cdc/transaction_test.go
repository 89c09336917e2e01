package cdc_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/ingest/cdc"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
)

// told is a table of which each row emits a fact that holds its number, as a trigger may.
const told = `
CREATE TABLE told (n bigint PRIMARY KEY, key int NOT NULL);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_logical_emit_message(true, '%s',
        set_byte('\x000008'::bytea, 0, (%d + NEW.n %% 2 * %d)::int) || int8send(NEW.n));
    RETURN NEW;
END $$;
CREATE TRIGGER tell AFTER INSERT ON told FOR EACH ROW EXECUTE FUNCTION tell()`

func tellingTable(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	_, err := conn.Exec(t.Context(), fmt.Sprintf(told, event.PacketPrefix, event.KindOrderPlaced,
		event.KindStockMoved-event.KindOrderPlaced))
	if err != nil {
		t.Fatal(err)
	}
}

// breaking takes so many records and fails all behind them: the relay must begin the transaction again.
type breaking struct {
	cdc.Publisher
	left atomic.Int64
}

func (b *breaking) ProduceAsync(ctx context.Context, r *kafka.Record, done func(error)) {
	if b.left.Add(-1) < 0 {
		done(errRefused)
		return
	}
	b.Publisher.ProduceAsync(ctx, r, done)
}

// Rows of one statement share the position of their commit. Whatever the statement, and wherever within
// the transaction the relay breaks, each fact comes once, in order, as part of one transaction.
func TestTransactionIsWholeWhereverItBreaks(t *testing.T) {
	const rows, breaks = 3_000, 4
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	f := func(name string, write func(ctx context.Context, tx pgx.Tx) error) {
		t.Helper()
		t.Run(name, func(t *testing.T) {
			c := newChain(t)
			cfg := c.config(t)
			opened := 0
			cfg.Publish = func() (cdc.Publisher, error) {
				opened++
				p, err := c.publish()
				b := &breaking{Publisher: p}
				if b.left.Store(1 << 40); opened <= breaks {
					b.left.Store(1 + rnd.Int64N(rows-1))
				}
				return b, err
			}
			r, _ := relay(t, cfg)
			streaming(t, r)
			conn := connect(t, c.dsn)
			tellingTable(t, conn)
			var before, after string
			err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
				before = query(t, conn, "SELECT pg_current_wal_insert_lsn()::text")
				return write(t.Context(), tx)
			})
			if err != nil {
				t.Fatal(err)
			}
			after = query(t, conn, "SELECT pg_current_wal_lsn()::text")
			in := c.consumer(t)
			in.await(t, rows)
			in.exactlyOnce(t, rows, true)
			first, err := event.ParsePosition([]byte(header(in.facts[0], event.HeaderID)))
			if err != nil {
				t.Fatal(err)
			}
			for _, rec := range in.facts {
				at, err := event.ParsePosition([]byte(header(rec, event.HeaderID)))
				want := event.Position{Commit: first.Commit, Index: uint32(be(rec.Value) - 1)}
				if err != nil || at != want {
					t.Fatalf("fact %d has position %s, want %s", be(rec.Value), at, want)
				}
			}
			awaitConfirmed(t, c, conn, after)
			t.Logf("written between %s and %s; %d records repeated, %d sessions broke", before, after,
				in.repeated(), r.Stats().Reconnects)
			if n := r.Stats().Reconnects; n < breaks {
				t.Errorf("%d sessions broke, want %d", n, breaks)
			}
		})
	}
	f("copy", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.CopyFrom(ctx, pgx.Identifier{"told"}, []string{"n", "key"},
			pgx.CopyFromSlice(rows, func(i int) ([]any, error) {
				return []any{int64(i + 1), int32(0)}, nil
			}))
		return err
	})
	f("one statement", func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO told SELECT g, 0 FROM generate_series(1, $1::int) g", rows)
		return err
	})
	f("copy between statements and a savepoint that is undone", func(ctx context.Context, tx pgx.Tx) error {
		for from := 1; from <= rows; from += rows / 3 {
			_, err := tx.Exec(ctx, "INSERT INTO told SELECT g, 0 FROM generate_series($1::int, $2::int) g",
				from, from+rows/6-1)
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `SAVEPOINT s;
				INSERT INTO told SELECT g, 0 FROM generate_series(100000, 100500) g;
				ROLLBACK TO s`)
			if err != nil {
				return err
			}
			_, err = tx.CopyFrom(ctx, pgx.Identifier{"told"}, []string{"n", "key"}, pgx.CopyFromSlice(rows/6,
				func(i int) ([]any, error) { return []any{int64(from + rows/6 + i), int32(0)}, nil }))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// A key of which one fact is refused goes on: its later facts are relayed in order, and the dead letter
// tells which position of which key is missing. Other keys are not touched.
func TestPoisonedKeyGoesOnWithTheGapSaid(t *testing.T) {
	c := newChain(t)
	r, _ := relay(t, c.config(t))
	streaming(t, r)
	conn := connect(t, c.dsn)
	fact := func(packet []byte, kind event.Kind, key int64, wire string) []byte {
		return event.AppendFrame(packet, event.Frame{Kind: kind, Key: key, Wire: []byte(wire)})
	}
	var packet []byte
	packet = fact(packet, event.KindOrderPlaced, 5, "a")
	packet = fact(packet, 250, 5, "poison")
	packet = fact(packet, event.KindOrderPaid, 5, "b")
	packet = fact(packet, event.KindOrderPlaced, 6, "x")
	emit(t, conn, event.PacketPrefix, true, packet)
	emit(t, conn, event.PacketPrefix, true, fact(fact(nil, event.KindOrderPaid, 6, "y"),
		event.KindOrderCompleted, 5, "c"))
	got, dead := map[string]string{}, ""
	for _, rec := range c.consumer(t).await(t, 6) {
		if rec.Topic == string(event.TopicDeadLetter) {
			dead = string(rec.Key) + " at " + header(rec, event.HeaderID)[17:] + ": " + string(rec.Value)
			continue
		}
		got[string(rec.Key)] += string(rec.Value)
	}
	if got["5"] != "abc" || got["6"] != "xy" || dead != "5 at 00000001: poison" {
		t.Errorf("got %v and the dead letter %q", got, dead)
	}
}
