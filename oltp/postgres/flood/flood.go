// Package flood fills the log of a database as fast as it can: with packets of facts, emitted as the order
// service emits them but with no order beside them, and with the rows of a neighbour database. It exists
// for benchmarks of the relay and is used by nothing else.
package flood

import (
	"context"
	_ "embed" // for the SQL
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tillstream/tillstream/retail/event"
)

var (
	//go:embed emit.sql
	emitSQL string
	//go:embed kept.sql
	keptSQL string
	//go:embed create_busy.sql
	createBusySQL string
	//go:embed write_busy.sql
	writeBusySQL string
)

// Flood is some sessions of a database.
type Flood struct{ pool *pgxpool.Pool }

// Open connects with the given number of sessions.
func Open(ctx context.Context, dsn string, sessions int) (*Flood, error) {
	return open(ctx, dsn, sessions, "")
}

func open(ctx context.Context, dsn string, sessions int, database string) (*Flood, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("cannot read the database address: %w", err)
	}
	cfg.MaxConns = int32(sessions)
	if database != "" {
		cfg.ConnConfig.Database = database
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	return &Flood{pool}, nil
}

// Close ends the sessions.
func (f *Flood) Close() { f.pool.Close() }

// Emit commits one packet in a transaction of its own.
func (f *Flood) Emit(ctx context.Context, packet []byte) error {
	if _, err := f.pool.Exec(ctx, emitSQL, event.PacketPrefix, packet); err != nil {
		return fmt.Errorf("cannot emit a packet of %d bytes: %w", len(packet), err)
	}
	return nil
}

// Kept returns how many bytes of log the slot keeps, and how many its reader has not confirmed.
func (f *Flood) Kept(ctx context.Context, slot string) (kept, behind int64, err error) {
	if err := f.pool.QueryRow(ctx, keptSQL, slot).Scan(&kept, &behind); err != nil {
		return 0, 0, fmt.Errorf("cannot see what slot %s keeps: %w", slot, err)
	}
	return kept, behind, nil
}

// The name of the neighbour, and PostgreSQL's word for a database that is there already.
const (
	neighbour         = "neighbour"
	duplicateDatabase = "42P04"
)

// Neighbour makes another database of the same server and connects to it.
func (f *Flood) Neighbour(ctx context.Context, sessions int) (*Flood, error) {
	_, err := f.pool.Exec(ctx, "CREATE DATABASE "+neighbour)
	var known *pgconn.PgError
	if err != nil && !(errors.As(err, &known) && known.Code == duplicateDatabase) {
		return nil, fmt.Errorf("cannot make a neighbour database: %w", err)
	}
	n, err := open(ctx, f.pool.Config().ConnString(), sessions, neighbour)
	if err != nil {
		return nil, err
	}
	if _, err := n.pool.Exec(ctx, createBusySQL); err != nil {
		n.Close()
		return nil, fmt.Errorf("cannot make the neighbour's table: %w", err)
	}
	return n, nil
}

// Busy writes about a megabyte of rows.
func (f *Flood) Busy(ctx context.Context) error {
	if _, err := f.pool.Exec(ctx, writeBusySQL); err != nil {
		return fmt.Errorf("cannot write the neighbour's rows: %w", err)
	}
	return nil
}
