package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	ch "github.com/ClickHouse/clickhouse-go/v2"
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
	batch := &Batch{types: types, rows: -1, scratch: scratches.Get().(*scratch)}
	defer batch.release()
	build(batch)
	if err := batch.complete(); err != nil {
		return err
	}
	if batch.rows == 0 {
		return nil
	}
	names := make([]string, len(columns))
	for i, column := range columns {
		names[i] = Name(column)
	}
	sql := "INSERT INTO " + Name(table) + " (" + strings.Join(names, ", ") + ")"
	settings, plain := insertSettings(token), batch.body()
	defer plain.stop()
	body := io.Reader(plain)
	if db.compression != nil {
		settings["decompress"] = 1
		body = db.compression(body)
	}
	return typed(ctx, db.conn.InsertFormat(with(ctx, nil, settings), "Native", sql, body))
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
