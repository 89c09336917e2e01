package clickhouse

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/tillstream/tillstream/warehouse/clickhouse/cluster"
)

// Rows is the result of a query, read row by row. It must be closed.
type Rows = driver.Rows

// Params are the values of {name:Type} in a statement, each as ClickHouse writes a value of that type
// in text: see Text and List.
type Params map[string]string

// DB is a database of a ClickHouse. It is safe for concurrent use.
type DB struct {
	conn     driver.Conn
	database string
	cluster  cluster.Layout // without a name on one server
	// compression of what is inserted, nil for none.
	compression func(io.Reader) io.Reader

	mu    sync.Mutex
	types map[string][]ch.ColumnNameAndType // by table and columns, see columnTypes
}

// Open connects, and makes the database if it is absent.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	opt, err := cfg.options()
	if err != nil {
		return nil, err
	}
	if err := makeDatabase(ctx, *opt, cfg.Cluster); err != nil {
		return nil, fmt.Errorf("cannot open ClickHouse at %s: %w", strings.Join(opt.Addr, ","), err)
	}
	conn, err := ch.Open(opt)
	if err != nil {
		return nil, fmt.Errorf("cannot open ClickHouse at %s: %w", strings.Join(opt.Addr, ","), err)
	}
	return &DB{conn: conn, database: opt.Auth.Database, compression: compressor(cfg.Compression),
		cluster: cluster.Layout{Cluster: cfg.Cluster, Database: opt.Auth.Database, Sharding: cfg.Sharding},
		types:   map[string][]ch.ColumnNameAndType{}}, nil
}

func makeDatabase(ctx context.Context, opt ch.Options, cluster string) error {
	name := opt.Auth.Database
	opt.Auth.Database = ""
	conn, err := ch.Open(&opt)
	if err != nil {
		return err
	}
	defer conn.Close()
	sql := "CREATE DATABASE IF NOT EXISTS " + Name(name)
	if cluster != "" {
		sql += " ON CLUSTER " + Name(cluster)
	}
	return typed(ctx, conn.Exec(ctx, sql))
}

// Database is the name of the database.
func (db *DB) Database() string { return db.database }

// Close ends the connections.
func (db *DB) Close() error { return db.conn.Close() }

// Ping asks whether ClickHouse answers queries.
func (db *DB) Ping(ctx context.Context) error { return typed(ctx, db.conn.Ping(ctx)) }

// Exec runs a statement without a result.
func (db *DB) Exec(ctx context.Context, sql string, params Params) error {
	return typed(ctx, db.conn.Exec(with(ctx, params, nil), sql))
}

// Query runs a statement and returns its rows.
func (db *DB) Query(ctx context.Context, sql string, params Params) (Rows, error) {
	rows, err := db.conn.Query(with(ctx, params, nil), sql)
	if err != nil {
		return nil, typed(ctx, err)
	}
	return &checkedRows{rows, ctx}, nil
}

// Row runs a statement and scans its first row into dest. No row leaves dest as it is and returns false.
func (db *DB) Row(ctx context.Context, sql string, params Params, dest ...any) (bool, error) {
	rows, err := db.Query(ctx, sql, params)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	if !rows.Next() {
		return false, rows.Err()
	}
	if err := rows.Scan(dest...); err != nil {
		return false, fmt.Errorf("cannot read a row: %w", err)
	}
	return true, nil
}

// Format runs a query and returns its result as ClickHouse writes it in the named format. The stream
// must be closed.
func (db *DB) Format(ctx context.Context, format, sql string, params Params) (io.ReadCloser, error) {
	stream, err := db.conn.QueryFormat(with(ctx, params, nil), format, sql)
	return stream, typed(ctx, err)
}

// with carries parameters and settings to the client library.
func with(ctx context.Context, params Params, settings ch.Settings) context.Context {
	var options []ch.QueryOption
	if len(params) > 0 {
		options = append(options, ch.WithParameters(ch.Parameters(params)))
	}
	if len(settings) > 0 {
		options = append(options, ch.WithSettings(settings))
	}
	if len(options) == 0 {
		return ctx
	}
	return ch.Context(ctx, options...)
}

// checkedRows types the error that ended the rows.
type checkedRows struct {
	driver.Rows
	ctx context.Context
}

// Err implements driver.Rows.
func (r *checkedRows) Err() error { return typed(r.ctx, r.Rows.Err()) }
