// Package sink writes batches of facts into the warehouse: one insert for each table that has rows,
// under the batch's token and the table's name.
//
// In come a token and a batch, out goes nothing but an error. Guaranteed: each table takes the batch
// whole or not at all, and once however often the call is repeated with the same token, its rollups
// included. A call that failed half way is completed by repeating it.
package sink

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tillstream/tillstream/retail/trace"
	"github.com/tillstream/tillstream/stream/fact"
	"github.com/tillstream/tillstream/warehouse/clickhouse"
)

// Error says which table did not take a batch.
type Error struct {
	Table, Token string
	// Permanent is true if the same call will fail again: the rows or the table must change first.
	Permanent bool
	Err       error
}

func (e *Error) Error() string {
	return fmt.Sprintf("cannot write batch %s to %s: %v", e.Token, e.Table, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Sink writes to one warehouse. It may be used by several goroutines.
type Sink struct {
	db     *clickhouse.DB
	tracer trace.Tracer
}

// New returns a sink that writes through db. The tables of warehouse/schema must exist.
func New(db *clickhouse.DB) *Sink { return &Sink{db: db} }

// Traced returns a sink that records the inserts of traced facts, and leaves their marks in the warehouse
// for whoever shows them.
func (s *Sink) Traced(t trace.Tracer) *Sink { return &Sink{db: s.db, tracer: t} }

// Write stores the tables of b that have rows. They are written side by side, for a table does not
// wait for another.
func (s *Sink) Write(ctx context.Context, token string, b *fact.Batch) error {
	if token == "" {
		return &Error{Permanent: true, Table: "any table", Err: errors.New("the token is empty")}
	}
	if s.tracer != nil {
		if traces := fact.TracesFrom(ctx); len(traces) > 0 {
			return s.writeTraced(ctx, token, b, traces)
		}
	}
	return s.write(ctx, token, b)
}

func (s *Sink) write(ctx context.Context, token string, b *fact.Batch) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, t := range tables(b) {
		if t.rows == 0 {
			continue
		}
		group.Go(func() error {
			if err := s.insert(ctx, token+"/"+t.name, t); err != nil {
				return &Error{Table: t.name, Token: token, Permanent: permanent(ctx, err), Err: err}
			}
			return nil
		})
	}
	return group.Wait()
}

// times are what the client library knows; only the catalogue has instants, and little changes there.
func (x instants) times() [][]time.Time {
	all := make([][]time.Time, len(x))
	for i, row := range x {
		all[i] = make([]time.Time, len(row))
		for k, us := range row {
			all[i][k] = time.UnixMicro(us)
		}
	}
	return all
}

// maxDay is the last day that a Date holds: 2149-06-06.
const maxDay = 65_535

func (s *Sink) insert(ctx context.Context, token string, t table) error {
	if err := t.check(); err != nil {
		return err
	}
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return s.db.Insert(ctx, t.name, names, token, func(batch *clickhouse.Batch) {
		for _, c := range t.columns {
			switch values := c.values.(type) {
			case micros:
				batch.AddMicros(values)
			case instants:
				batch.Add(values.times())
			case days:
				batch.AddDays(values)
			case same:
				batch.AddSame(values.value, values.rows)
			default:
				batch.Add(values)
			}
		}
	})
}

// check refuses what the engine would store as something else.
func (t table) check() error {
	for _, c := range t.columns {
		list, ok := c.values.(days)
		if !ok {
			continue
		}
		for row, day := range list {
			if day < 0 || day > maxDay {
				return fmt.Errorf("row %d: business day %d lies outside 0 to %d", row, day, maxDay)
			}
		}
	}
	return nil
}

// permanent reports whether trying again is in vain.
func permanent(ctx context.Context, err error) bool {
	return ctx.Err() == nil && !errors.Is(err, clickhouse.ErrUnavailable) &&
		!errors.Is(err, clickhouse.ErrDiskFull) && !errors.Is(err, context.DeadlineExceeded) &&
		!errors.Is(err, context.Canceled)
}
