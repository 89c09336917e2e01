package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	ch "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/uuid"
)

// maxBlockRows keeps a batch of any sensible size in one block: a token covers a block.
const maxBlockRows = 100_000_000

// Insert writes the rows that build adds, as one block, and returns when they are written. Rows written
// before under the same token are not written again, neither to the table nor to the views that read
// it; the rows must then be the same. "" as token means no deduplication.
func (db *DB) Insert(ctx context.Context, table string, columns []string, token string,
	build func(*Batch)) error {
	types, err := db.columnTypes(ctx, table, columns)
	if err != nil {
		return fmt.Errorf("cannot insert into %s: %w", table, err)
	}
	err = db.send(ctx, table, columns, types, token, build)
	if err != nil {
		if !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrDiskFull) {
			// The table may have changed: ask for its columns the next time.
			db.forget(table, columns)
		}
		return fmt.Errorf("cannot insert into %s: %w", table, err)
	}
	return nil
}

func (db *DB) send(ctx context.Context, table string, columns []string,
	types []ch.ColumnNameAndType, token string, build func(*Batch)) error {
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = Name(column)
	}
	sql := "INSERT INTO " + Name(table) + " (" + strings.Join(names, ", ") + ")"
	sending := ch.Context(with(ctx, nil, insertSettings(token)), ch.WithColumnNamesAndTypes(types))
	b, err := db.conn.PrepareBatch(sending, sql)
	if err != nil {
		return typed(ctx, err)
	}
	defer b.Close()
	batch := &Batch{b: b, columns: columns, rows: -1}
	build(batch)
	if err := batch.complete(); err != nil {
		return err
	}
	if batch.rows == 0 {
		return nil
	}
	return typed(ctx, b.Send())
}

func insertSettings(token string) ch.Settings {
	if token == "" {
		// A token of its own for every insert works on every version; the settings that switch
		// deduplication off differ.
		token = uuid.NewString()
	}
	return ch.Settings{
		"async_insert":                    0,
		"max_insert_block_size":           maxBlockRows,
		"min_insert_block_size_rows":      maxBlockRows,
		"min_insert_block_size_bytes":     int64(maxBlockRows) * 1000,
		"max_block_size":                  maxBlockRows,
		"max_partitions_per_insert_block": 0,
		"insert_deduplicate":              1,
		// Over a cluster the answer comes when every shard has its rows, each under the token.
		"distributed_foreground_insert":                      1,
		"insert_deduplication_token":                         token,
		"deduplicate_blocks_in_dependent_materialized_views": 1,
	}
}

// Batch is filled column by column, in the order of the columns that Insert was given.
type Batch struct {
	b       driver.Batch
	columns []string
	next    int
	rows    int
	times   []time.Time
	err     error
}

// Add appends the values of the next column: a slice of the column's Go type.
func (b *Batch) Add(values any) {
	if b.err != nil {
		return
	}
	if b.next >= len(b.columns) {
		b.err = fmt.Errorf("cannot add a column behind the %d that were named", len(b.columns))
		return
	}
	column := b.b.Column(b.next)
	name := b.columns[b.next]
	b.next++
	if err := column.Append(values); err != nil {
		b.err = fmt.Errorf("cannot add the column %s: %w", name, err)
		return
	}
	rows := b.b.Columns()[b.next-1].Rows()
	if b.rows >= 0 && rows != b.rows {
		b.err = fmt.Errorf("column %s has %d rows and those before it %d", name, rows, b.rows)
	}
	b.rows = rows
}

// AddMicros appends times in microseconds since 1970 to a DateTime64 column.
func (b *Batch) AddMicros(values []int64) {
	b.times = b.times[:0]
	for _, v := range values {
		b.times = append(b.times, time.UnixMicro(v))
	}
	b.Add(b.times)
}

// AddDays appends days since 1970 to a Date column.
func (b *Batch) AddDays(values []int32) {
	b.times = b.times[:0]
	for _, v := range values {
		b.times = append(b.times, time.Unix(int64(v)*86400, 0).UTC())
	}
	b.Add(b.times)
}

func (b *Batch) complete() error {
	if b.err == nil && b.next != len(b.columns) {
		b.err = fmt.Errorf("%d columns were named and %d added", len(b.columns), b.next)
	}
	return b.err
}

// maxKnownTables bounds the remembered column types.
const maxKnownTables = 1000

// columnTypes asks for the types of columns once.
func (db *DB) columnTypes(ctx context.Context, table string, columns []string) (
	[]ch.ColumnNameAndType, error) {
	key := typesKey(table, columns)
	db.mu.Lock()
	known, ok := db.types[key]
	db.mu.Unlock()
	if ok {
		return known, nil
	}
	byName, err := db.describe(ctx, table)
	if err != nil {
		return nil, err
	}
	types := make([]ch.ColumnNameAndType, len(columns))
	for i, column := range columns {
		t, ok := byName[column]
		if !ok {
			return nil, &Rejected{Code: 16, Name: "NO_SUCH_COLUMN_IN_TABLE",
				Message: "no column " + column + " in table " + table}
		}
		types[i] = ch.ColumnNameAndType{Name: column, Type: t}
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if len(db.types) < maxKnownTables {
		db.types[key] = types
	}
	return types, nil
}

func typesKey(table string, columns []string) string {
	return table + "\x00" + strings.Join(columns, "\x00")
}

func (db *DB) forget(table string, columns []string) {
	db.mu.Lock()
	defer db.mu.Unlock()
	delete(db.types, typesKey(table, columns))
}

func (db *DB) describe(ctx context.Context, table string) (map[string]string, error) {
	rows, err := db.Query(ctx, "DESCRIBE TABLE "+Name(table), nil)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byName := map[string]string{}
	for rows.Next() {
		var name, t, rest string
		fields := []any{&name, &t}
		for range len(rows.Columns()) - len(fields) {
			fields = append(fields, &rest)
		}
		if err := rows.Scan(fields...); err != nil {
			return nil, fmt.Errorf("cannot read the columns of %s: %w", table, err)
		}
		byName[name] = t
	}
	return byName, rows.Err()
}
