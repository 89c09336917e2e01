package clickhouse

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Arrow runs a query and hands its record batches over, one at a time: memory stays that of one batch. A
// record is released when each returns; to keep it, Retain it. An empty result calls each not at all.
func (db *DB) Arrow(ctx context.Context, sql string, params Params,
	each func(arrow.Record) error) error {
	stream, err := db.Format(ctx, "ArrowStream", sql, params)
	if err != nil {
		return err
	}
	defer stream.Close()
	reader, err := ipc.NewReader(stream, ipc.WithAllocator(memory.DefaultAllocator))
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read an Arrow stream: %w", typed(ctx, err))
	}
	defer reader.Release()
	for reader.Next() {
		if err := each(reader.Record()); err != nil {
			return err
		}
	}
	if err := reader.Err(); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("cannot read an Arrow stream: %w", typed(ctx, err))
	}
	return nil
}
