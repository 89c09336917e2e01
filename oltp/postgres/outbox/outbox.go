// Package outbox tells of committed facts the way most systems do: each fact is a row of JSON in a table,
// written in the transaction that it tells of; a relay polls the table, publishes the rows and deletes
// them. It exists for comparison in benchmarks and is used by nothing else.
//
// It is the method at its best: the facts of a transaction in one statement, thousands of rows a round,
// one statement to take and to delete them, no pause while there is more, a plain json column.
package outbox

import (
	"cmp"
	"context"
	_ "embed" // for the SQL
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

var (
	//go:embed create.sql
	createSQL string
	//go:embed write.sql
	writeSQL string
	//go:embed take.sql
	takeSQL string
)

// Fact is one row.
type Fact struct {
	// ID and At are given by the table.
	ID int64
	At time.Time
	// Key is what the fact is partitioned by.
	Key int64
	// Kind names the fact, Body is JSON.
	Kind, Body string
}

// Box is the table.
type Box struct{ pool *pgxpool.Pool }

// Open connects with the given number of sessions and makes the table.
func Open(ctx context.Context, dsn string, sessions int) (*Box, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("cannot read the database address: %w", err)
	}
	cfg.MaxConns = int32(sessions)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	if _, err := pool.Exec(ctx, createSQL); err != nil {
		pool.Close()
		return nil, fmt.Errorf("cannot make the outbox: %w", err)
	}
	return &Box{pool}, nil
}

// Close ends the sessions.
func (b *Box) Close() { b.pool.Close() }

// Write commits facts in one transaction.
func (b *Box) Write(ctx context.Context, facts []Fact) error {
	keys, kinds, bodies := make([]int64, len(facts)), make([]string, len(facts)), make([]string, len(facts))
	for i, f := range facts {
		keys[i], kinds[i], bodies[i] = f.Key, f.Kind, f.Body
	}
	if _, err := b.pool.Exec(ctx, writeSQL, keys, kinds, bodies); err != nil {
		return fmt.Errorf("cannot write %d facts into the outbox: %w", len(facts), err)
	}
	return nil
}

// Relay takes the oldest facts, hands them to publish in their order and, once it has them, forgets them.
// It returns how many there were; 0 means that the table was empty.
func (b *Box) Relay(ctx context.Context, most int, publish func([]Fact) error) (n int, err error) {
	err = pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, takeSQL, most)
		if err != nil {
			return fmt.Errorf("cannot take from the outbox: %w", err)
		}
		facts, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (f Fact, err error) {
			err = row.Scan(&f.ID, &f.Key, &f.Kind, &f.Body, &f.At)
			return f, err
		})
		if err != nil {
			return fmt.Errorf("cannot take from the outbox: %w", err)
		}
		if n = len(facts); n == 0 {
			return nil
		}
		slices.SortFunc(facts, func(a, b Fact) int { return cmp.Compare(a.ID, b.ID) })
		return publish(facts)
	})
	return n, err
}
