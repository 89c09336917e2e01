package postgres

import (
	"context"
	"embed"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed queries/*.sql
var queryFiles embed.FS

// Config says how to reach the database.
type Config struct {
	// DSN is a connection URL or key/value string. Required.
	DSN string
	// Connections bounds the sessions of readers and of the catalogue. Default 8.
	Connections int
	// Writers bounds the sessions of the intake's writers. Default 8.
	Writers int
	// KnownLevels bounds the stock levels that the intake remembers, at about 100 bytes each. Default
	// 2,000,000: 500 stores with 4,000 SKUs each.
	KnownLevels int
	// Application is what pg_stat_activity shows. Default "tillstream".
	Application string
	// IdentityKey keys the hash by which members travel in events. Whoever holds it can link members
	// to phone numbers. Required to put members with a phone.
	IdentityKey []byte
}

// DB is a connected database.
type DB struct {
	cfg Config
	// pool serves readers and the catalogue, hot the intake's writers.
	pool, hot *pgxpool.Pool
	queries   map[string]string
}

// hotSettings make the writers' plans what they must be: look each key up by its index, whatever the
// statistics of the moment say, and plan once for a connection.
var hotSettings = [...][2]string{
	{"plan_cache_mode", "force_generic_plan"},
	{"enable_seqscan", "off"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"enable_bitmapscan", "off"},
	{"jit", "off"},
	{"lock_timeout", "10s"},
	{"work_mem", "32MB"},
}

// Open connects to the database, whose schema Migrate has made.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	if cfg.Connections <= 0 {
		cfg.Connections = 8
	}
	if cfg.Writers <= 0 {
		cfg.Writers = 8
	}
	if cfg.KnownLevels <= 0 {
		cfg.KnownLevels = 2_000_000
	}
	if cfg.Application == "" {
		cfg.Application = "tillstream"
	}
	db := &DB{cfg: cfg}
	var err error
	if db.queries, err = readQueries(); err != nil {
		return nil, err
	}
	if db.pool, err = connect(ctx, cfg, int32(cfg.Connections), roleDesk, nil); err != nil {
		return nil, err
	}
	if db.hot, err = connect(ctx, cfg, int32(cfg.Writers), roleIntake, db.prepare); err != nil {
		db.pool.Close()
		return nil, err
	}
	return db, nil
}

// Close ends all sessions.
func (db *DB) Close() {
	db.hot.Close()
	db.pool.Close()
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.pool.Ping(ctx) }

func connect(ctx context.Context, cfg Config, size int32, role string,
	prepare func(context.Context, *pgx.Conn) error) (*pgxpool.Pool, error) {
	pc, err := pgxpool.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, fmt.Errorf("cannot read the database address: %w", err)
	}
	pc.MaxConns = size
	pc.PingTimeout = 5 * time.Second
	pc.ConnConfig.ConnectTimeout = 5 * time.Second
	pc.ConnConfig.RuntimeParams["application_name"] = cfg.Application
	pc.ConnConfig.RuntimeParams["timezone"] = "UTC"
	pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error { return takeRole(ctx, conn, role) }
	if prepare != nil {
		pc.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
			if err := takeRole(ctx, conn, role); err != nil {
				return err
			}
			return prepare(ctx, conn)
		}
		for _, s := range hotSettings {
			pc.ConnConfig.RuntimeParams[s[0]] = s[1]
		}
	}
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	return pool, nil
}

func readQueries() (map[string]string, error) {
	entries, err := queryFiles.ReadDir("queries")
	if err != nil {
		return nil, err
	}
	all := make(map[string]string, len(entries))
	for _, e := range entries {
		text, err := queryFiles.ReadFile(path.Join("queries", e.Name()))
		if err != nil {
			return nil, err
		}
		all[strings.TrimSuffix(e.Name(), ".sql")] = string(text)
	}
	return all, nil
}

// query returns the text of a query file.
func (db *DB) query(name string) string {
	text, ok := db.queries[name]
	if !ok {
		panic("BUG: no query file " + name)
	}
	return text
}

// hotQueries are prepared on every session of a writer.
var hotQueries = [...]string{"orders_before", "refunds_before", "moves_before", "orders", "order_lines",
	"levels", "levels_seen", "levels_with_orders", "update_stock", "insert_stock", "insert_orders",
	"insert_order_lines", "update_orders", "insert_order_steps", "insert_refunds", "insert_refund_lines",
	"insert_order_routing", "move_payments",
	"insert_payment_refunds", "insert_price_grants",
	"insert_moves", "emit", "transfers_locked", "stocktakes_locked",
	"book_transfer", "book_stocktake", "audit_moves"}

func (db *DB) prepare(ctx context.Context, conn *pgx.Conn) error {
	for _, sql := range []string{"BEGIN", "COMMIT", "ROLLBACK"} {
		if _, err := conn.PgConn().Prepare(ctx, sql, sql, nil); err != nil {
			return fmt.Errorf("cannot prepare %s: %w", sql, err)
		}
	}
	for _, name := range hotQueries {
		if _, err := conn.PgConn().Prepare(ctx, name, db.query(name), nil); err != nil {
			return fmt.Errorf("cannot prepare %s: %w", name, err)
		}
	}
	return nil
}
