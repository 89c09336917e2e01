package bench

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	housing "github.com/tillstream/tillstream/cmd/house"
	"github.com/tillstream/tillstream/ingest/kafka"
	"github.com/tillstream/tillstream/retail/event"
	"github.com/tillstream/tillstream/stream/build"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/sink"
)

// The backlog that the stream drains: what it should take for the main duration, within bounds that a
// disk can hold.
const (
	backlogPerS = 200_000
	leastEvents = 1_000_000
	mostEvents  = 6_000_000
)

// What is inserted as it is: events in batches as large as the stream writes, by one writer a core.
const (
	rawEvents      = 1_000_000
	rawBatchEvents = 150_000
	rawWriters     = 2
)

// backlogWithin bounds the wait for the backlog.
const backlogWithin = 4 * time.Minute

// drainLook is how often the drain is looked at: rarely, since each question takes the engine some time.
const drainLook = 100 * time.Millisecond

// rawTables are those that behaviour is inserted into.
var rawTables = []string{"fact_behaviour", "rollup_store_minute", "rollup_store_hour", "rollup_store_day"}

// backlog is what lies in the log.
type backlog struct {
	events, rows int64
	// batches are the rows of the first events, ready to be inserted.
	batches []*fact.Batch
	next    *shoppers
}

// stream measures the way of behaviour events from the log to facts and rollups: a backlog first, against
// what the engine takes when it is handed the same rows, then lone events on the quiet partitions.
func (r *run) stream(ctx context.Context) (err error) {
	m, err := r.openMill(ctx)
	if err != nil {
		return err
	}
	defer func() { err = m.close(err) }()
	b, err := m.produce(ctx)
	if err != nil {
		return err
	}
	raw, err := m.insertRaw(ctx, b)
	if err != nil {
		return err
	}
	b.batches = nil
	took, err := m.drain(ctx, b)
	if err != nil {
		return err
	}
	perS := float64(b.rows) / took.Seconds()
	r.put("behaviour_events_per_s", float64(b.events)/took.Seconds(), "events/s")
	r.put("behaviour_rows_per_s", perS, "rows/s", raw)
	r.put("behaviour_raw_insert_ratio", perS/raw, "x")
	_, peak, err := housing.Resident(m.stream.PID())
	if err != nil {
		return fmt.Errorf("cannot read the memory of the stream: %w", err)
	}
	r.put("stream_rss_mb", peak, "MB")
	return m.trickle(ctx, b)
}

// produce puts the backlog into the log.
func (m *mill) produce(ctx context.Context) (*backlog, error) {
	events := min(max(int64(m.Duration.Seconds()*backlogPerS), leastEvents), mostEvents)
	m.step("stream: putting %d behaviour events into the log", events)
	producer, err := kafka.NewProducer(kafka.ProducerConfig{Config: m.log()})
	if err != nil {
		return nil, err
	}
	defer producer.Close()
	start := time.Now().Add(-time.Duration(events) * time.Second / eventsPerS).Truncate(time.Second)
	b := &backlog{events: events, next: newShoppers(start)}
	var act event.Act
	failed := make(chan error, 1)
	for i := range events {
		kind, message := b.next.next()
		r, err := b.next.record(kind, message)
		if err != nil {
			return nil, err
		}
		if err := act.Read(kind, r.Value); err != nil {
			return nil, err
		}
		b.keep(i, &act)
		producer.ProduceAsync(ctx, r, func(err error) {
			if err != nil {
				select {
				case failed <- err:
				default:
				}
			}
		})
	}
	if err := producer.Flush(ctx); err != nil {
		return nil, err
	}
	select {
	case err := <-failed:
		return nil, err
	default:
		return b, nil
	}
}

// keep counts the rows of an event, and makes those of the first ones.
func (b *backlog) keep(i int64, act *event.Act) {
	b.rows += int64(max(1, len(act.SKUs)))
	if i >= rawEvents {
		return
	}
	if i%rawBatchEvents == 0 {
		b.batches = append(b.batches, new(fact.Batch))
	}
	build.AppendAct(b.batches[len(b.batches)-1], build.Place{Offset: uint64(i),
		CommittedUS: act.At.UnixUS}, act)
}

// insertRaw tells how many rows a second the engine takes into the same tables and rollups when it is handed
// blocks that are ready. The first round warms up.
func (m *mill) insertRaw(ctx context.Context, b *backlog) (rowsPerS float64, err error) {
	m.step("stream: inserting the rows of %d events as they are", rawEvents)
	db, err := m.database(ctx, "bench_raw")
	if err != nil {
		return 0, err
	}
	defer db.Close()
	var rows int64
	var begun time.Time
	for round := 0; round < 2 || time.Since(begun) < m.share(0.3); round++ {
		if round == 1 {
			rows, begun = 0, time.Now()
		}
		n, err := insertAll(ctx, sink.New(db), round, b.batches)
		if err != nil {
			return 0, err
		}
		rows += n
	}
	rowsPerS = float64(rows) / time.Since(begun).Seconds()
	// It stays until all is measured, see Run, but costs nothing more.
	for _, table := range rawTables {
		if err := db.Exec(ctx, "SYSTEM STOP MERGES "+table, nil); err != nil {
			return 0, err
		}
	}
	return rowsPerS, nil
}

func insertAll(ctx context.Context, to *sink.Sink, round int, batches []*fact.Batch) (rows int64,
	err error) {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(rawWriters)
	for i, b := range batches {
		rows += int64(b.Behaviours.Len())
		g.Go(func() error { return to.Write(ctx, fmt.Sprintf("raw/%d/%d", round, i), b) })
	}
	return rows, g.Wait()
}

// drain starts the stream and waits until the warehouse holds the whole backlog, facts and rollups.
func (m *mill) drain(ctx context.Context, b *backlog) (time.Duration, error) {
	m.step("stream: draining the backlog")
	if err := m.consume(ctx); err != nil {
		return 0, err
	}
	begun := time.Now()
	for {
		var rows uint64
		if _, err := m.db.Row(ctx, "SELECT count() FROM fact_behaviour", nil, &rows); err != nil {
			return 0, fmt.Errorf("cannot count the facts: %w", err)
		}
		missing := ""
		if int64(rows) >= b.rows {
			var err error
			if missing, err = m.missing(ctx, b); err != nil || missing == "" {
				return time.Since(begun), err
			}
		}
		if time.Since(begun) > backlogWithin {
			return 0, fmt.Errorf("after %s the warehouse holds %d rows of %d %s", backlogWithin, rows, b.rows,
				missing)
		}
		if err := wait(ctx, drainLook); err != nil {
			return 0, err
		}
	}
}

//go:embed sql/behaviour_totals.sql
var behaviourTotals string

// missing compares facts and every rollup with what was put into the log: which lacks something, "" when
// they agree. More than was put in is an error.
func (m *mill) missing(ctx context.Context, b *backlog) (what string, err error) {
	rows, err := m.db.Query(ctx, behaviourTotals, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	tables := 0
	for rows.Next() {
		var name string
		var count int64
		if err := rows.Scan(&name, &count); err != nil {
			return "", err
		}
		want := b.rows
		if name == "events" {
			want = b.events
		}
		if tables++; count > want {
			return "", fmt.Errorf("%s holds %d, the log %d", name, count, want)
		}
		if count < want {
			what = fmt.Sprintf("(%s: %d of %d)", name, count, want)
		}
	}
	if err := rows.Err(); err != nil || tables == 5 {
		return what, err
	}
	return "", fmt.Errorf("the totals name %d tables, want 5", tables)
}
