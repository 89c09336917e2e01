package warehouse

import (
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/tillstream/tillstream/retail"
)

// parquetEncoder writes Parquet: money as decimal(18, 2), days as date, instants as timestamp.
type parquetEncoder struct {
	columns []Column
	schema  *arrow.Schema
	w       *pqarrow.FileWriter
	memory  memory.Allocator
}

func newParquet(columns []Column, w io.Writer) (*parquetEncoder, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: arrowType(c.Unit), Nullable: !c.Dimension}
	}
	e := &parquetEncoder{columns: columns, schema: arrow.NewSchema(fields, nil),
		memory: memory.NewGoAllocator()}
	var err error
	e.w, err = pqarrow.NewFileWriter(e.schema, unclosed{w},
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd)),
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	return e, err
}

// unclosed keeps the file writer from closing what the caller owns.
type unclosed struct{ io.Writer }

func arrowType(unit string) arrow.DataType {
	switch unit {
	case "money":
		return &arrow.Decimal128Type{Precision: 18, Scale: 2}
	case "count", "hour":
		return arrow.PrimitiveTypes.Int64
	case "ratio":
		return arrow.PrimitiveTypes.Float64
	case "day":
		return arrow.FixedWidthTypes.Date32
	case "time":
		return arrow.FixedWidthTypes.Timestamp_ms
	}
	return arrow.BinaryTypes.String
}

func (e *parquetEncoder) write(batch arrow.Record) error {
	rows, err := appendRows(nil, e.columns, batch)
	if err != nil {
		return err
	}
	b := array.NewRecordBuilder(e.memory, e.schema)
	defer b.Release()
	for j := range e.columns {
		for _, row := range rows {
			if err := appendValue(b.Field(j), row[j]); err != nil {
				return err
			}
		}
	}
	record := b.NewRecord()
	defer record.Release()
	return e.w.WriteBuffered(record)
}

func (e *parquetEncoder) close() error { return e.w.Close() }

// appendValue appends a value of a Table row to the builder of its column.
func appendValue(b array.Builder, v any) error {
	switch b := b.(type) {
	case *array.Decimal128Builder:
		if m, ok := v.(retail.Money); ok {
			b.Append(decimal128.FromI64(int64(m)))
			return nil
		}
	case *array.Int64Builder:
		if n, ok := v.(int64); ok {
			b.Append(n)
			return nil
		}
	case *array.Float64Builder:
		if f, ok := v.(float64); ok {
			b.Append(f)
			return nil
		}
	case *array.Date32Builder:
		if s, ok := v.(string); ok {
			day, err := retail.ParseDay(s)
			b.Append(arrow.Date32(day))
			return err
		}
	case *array.TimestampBuilder:
		if t, ok := v.(time.Time); ok {
			b.Append(arrow.Timestamp(t.UnixMilli()))
			return nil
		}
	case *array.StringBuilder:
		if s, ok := v.(string); ok {
			b.Append(s)
			return nil
		}
	}
	if v != nil {
		return fmt.Errorf("cannot write %T into a Parquet column of %s", v, b.Type())
	}
	b.AppendNull()
	return nil
}
