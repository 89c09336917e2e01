package postgres

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrationLock is the advisory lock that one migrating program holds: "tillstrm" as a number.
const migrationLock = 0x74696c6c7374726d

// EditedMigration says that a migration file was changed after it had been applied.
type EditedMigration struct{ File, Applied, Found string }

func (e *EditedMigration) Error() string {
	return fmt.Sprintf("migration %s was edited after it had been applied (its checksum was %.12s, now "+
		"%.12s): restore the file and put the change into a new one", e.File, e.Applied, e.Found)
}

// NewerSchema says that the database has a migration that this program does not know.
type NewerSchema struct {
	Version int
	File    string
}

func (e *NewerSchema) Error() string {
	return fmt.Sprintf("the database holds migration %s, which this program does not know: use the newer "+
		"program", e.File)
}

// Migrate brings the schema up to date. Each migration commits together with the record of it; programs
// that migrate at the same time wait for each other.
func Migrate(ctx context.Context, dsn string) error { return migrate(ctx, dsn, migrationFiles) }

func migrate(ctx context.Context, dsn string, files fs.FS) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return fmt.Errorf("cannot migrate the database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	todo, err := readMigrations(files)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return fmt.Errorf("cannot lock the database for migration: %w", err)
	}
	applied, err := appliedMigrations(ctx, conn)
	if err != nil {
		return err
	}
	for _, m := range todo {
		was, done := applied[m.version]
		delete(applied, m.version)
		if done && was.checksum != m.checksum {
			return &EditedMigration{File: m.file, Applied: was.checksum, Found: m.checksum}
		}
		if done {
			continue
		}
		if err := m.apply(ctx, conn); err != nil {
			return err
		}
	}
	for _, unknown := range applied {
		return &NewerSchema{Version: unknown.version, File: unknown.file}
	}
	return nil
}

type migration struct {
	version             int
	file, sql, checksum string
}

func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	var all []migration
	before := 0
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		m := migration{file: path.Base(name), sql: string(text)}
		number, _, _ := strings.Cut(m.file, "_")
		if m.version, err = strconv.Atoi(number); err != nil || m.version <= before {
			return nil, fmt.Errorf("cannot use migration %s: want a number above %d", m.file, before)
		}
		before = m.version
		sum := sha256.Sum256(text)
		m.checksum = hex.EncodeToString(sum[:])
		all = append(all, m)
	}
	return all, nil
}

func appliedMigrations(ctx context.Context, conn *pgx.Conn) (map[int]migration, error) {
	const table = `CREATE TABLE IF NOT EXISTS schema_migration (
	version integer PRIMARY KEY, file text NOT NULL, checksum text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now())`
	if _, err := conn.Exec(ctx, table); err != nil {
		return nil, fmt.Errorf("cannot make the table of migrations: %w", err)
	}
	rows, err := conn.Query(ctx, "SELECT version, file, checksum FROM schema_migration")
	if err != nil {
		return nil, fmt.Errorf("cannot read the applied migrations: %w", err)
	}
	applied := map[int]migration{}
	var m migration
	_, err = pgx.ForEachRow(rows, []any{&m.version, &m.file, &m.checksum}, func() error {
		applied[m.version] = m
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot read the applied migrations: %w", err)
	}
	return applied, nil
}

func (m migration) apply(ctx context.Context, conn *pgx.Conn) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return fmt.Errorf("cannot apply migration %s: %w", m.file, err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	_, err = tx.Exec(ctx, m.sql, pgx.QueryExecModeSimpleProtocol)
	if err == nil {
		_, err = tx.Exec(ctx, "INSERT INTO schema_migration (version, file, checksum) VALUES ($1, $2, $3)",
			m.version, m.file, m.checksum)
	}
	if err == nil {
		err = tx.Commit(ctx)
	}
	if err != nil {
		return fmt.Errorf("cannot apply migration %s: %w", m.file, err)
	}
	return nil
}
