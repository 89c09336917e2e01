package clickhouse

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/tillstream/tillstream/warehouse/clickhouse/lex"
)

// MigrationsTable records which migrations a database has seen.
const MigrationsTable = "tillstream_migrations"

// Migration is one .sql file: its statements are run in order and once.
type Migration struct {
	// Name is the file's name; the order of names is the order of migrations.
	Name string
	// Checksum is SHA-256 of the file in hexadecimal.
	Checksum   string
	statements []string
}

// EditedMigration says that a file was changed after it had been applied.
type EditedMigration struct {
	Name              string
	Applied, Checksum string
}

// Error implements error.
func (e *EditedMigration) Error() string {
	return fmt.Sprintf("migration %s was edited after it had been applied (checksum %.12s, now %.12s): "+
		"restore the file and put the change into a new one", e.Name, e.Applied, e.Checksum)
}

// Migrations reads the .sql files at the root of files.
func Migrations(files fs.FS) ([]Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("cannot list migrations: %w", err)
	}
	slices.Sort(names)
	var list []Migration
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("cannot read migration %s: %w", name, err)
		}
		sum := sha256.Sum256(text)
		m := Migration{name, hex.EncodeToString(sum[:]), lex.Split(string(text))}
		if len(m.statements) == 0 {
			return nil, fmt.Errorf("migration %s holds no statement", name)
		}
		list = append(list, m)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no migrations: want .sql files")
	}
	return list, nil
}

// Migrate applies the migrations that the database has not seen and returns their names. One runner
// works at a time; others wait until it has ended. A file's statements should be repeatable (IF NOT
// EXISTS): a runner that is killed within a file leaves the next one to run it again.
func (db *DB) Migrate(ctx context.Context, files fs.FS) ([]string, error) {
	list, err := Migrations(files)
	if err != nil {
		return nil, err
	}
	if err := db.spread(list); err != nil {
		return nil, err
	}
	if done, err := db.upToDate(ctx, list); err != nil || done {
		return nil, err
	}
	lock, err := db.lockMigrations(ctx)
	if err != nil {
		return nil, err
	}
	defer lock.release(context.WithoutCancel(ctx))
	applied, err := db.applied(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range list {
		if sum, ok := applied[m.Name]; ok {
			if sum != m.Checksum {
				return names, &EditedMigration{m.Name, sum, m.Checksum}
			}
			continue
		}
		if err := db.apply(ctx, lock, m); err != nil {
			return names, err
		}
		names = append(names, m.Name)
	}
	return names, nil
}

// spread puts what a cluster needs in the place of the statements of migrations.
func (db *DB) spread(list []Migration) error {
	if db.cluster.Cluster == "" {
		return nil
	}
	var all []string
	for _, m := range list {
		all = append(all, m.statements...)
	}
	spread, err := db.cluster.Spread(all)
	if err != nil {
		return err
	}
	for i, m := range list {
		n := len(m.statements)
		list[i].statements, spread = slices.Concat(spread[:n]...), spread[n:]
	}
	return nil
}

// define runs a statement that makes, changes or drops a table, on each node of a cluster.
func (db *DB) define(ctx context.Context, sql string) error {
	statements := []string{sql}
	if db.cluster.Cluster != "" {
		spread, err := db.cluster.Spread(statements)
		if err != nil {
			return err
		}
		statements = spread[0]
	}
	for _, statement := range statements {
		if err := db.Exec(ctx, statement, nil); err != nil {
			return err
		}
	}
	return nil
}

// upToDate is the fast path of every start after the first: nothing to apply, no lock.
func (db *DB) upToDate(ctx context.Context, list []Migration) (bool, error) {
	applied, err := db.applied(ctx)
	if err != nil {
		return false, err
	}
	for _, m := range list {
		sum, ok := applied[m.Name]
		if !ok {
			return false, nil
		}
		if sum != m.Checksum {
			return false, &EditedMigration{m.Name, sum, m.Checksum}
		}
	}
	return true, nil
}

func (db *DB) apply(ctx context.Context, lock *migrationLock, m Migration) error {
	started := time.Now()
	for i, statement := range m.statements {
		if err := lock.hold(ctx); err != nil {
			return err
		}
		if err := db.Exec(ctx, statement, nil); err != nil {
			return fmt.Errorf("cannot apply migration %s, statement %d of %d: %w", m.Name, i+1,
				len(m.statements), err)
		}
	}
	sql := "INSERT INTO " + MigrationsTable + " (name, checksum, took_ms) " +
		"SELECT {name:String}, {checksum:String}, {took:UInt32}"
	err := db.Exec(ctx, sql, Params{"name": Text(m.Name), "checksum": m.Checksum,
		"took": fmt.Sprint(time.Since(started).Milliseconds())})
	if err != nil {
		return fmt.Errorf("cannot record migration %s: %w", m.Name, err)
	}
	return nil
}

// applied returns the checksums of applied migrations by name.
func (db *DB) applied(ctx context.Context) (map[string]string, error) {
	err := db.define(ctx, strings.Join([]string{"CREATE TABLE IF NOT EXISTS", MigrationsTable,
		"(name String, checksum String, took_ms UInt32, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))",
		"ENGINE = MergeTree ORDER BY name"}, " "))
	if err != nil {
		return nil, fmt.Errorf("cannot prepare for migrations: %w", err)
	}
	rows, err := db.Query(ctx, "SELECT name, argMin(checksum, applied_at) FROM "+MigrationsTable+
		" GROUP BY name", nil)
	if err != nil {
		return nil, fmt.Errorf("cannot read the applied migrations: %w", err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var name, sum string
		if err := rows.Scan(&name, &sum); err != nil {
			return nil, fmt.Errorf("cannot read the applied migrations: %w", err)
		}
		found[name] = sum
	}
	return found, rows.Err()
}
