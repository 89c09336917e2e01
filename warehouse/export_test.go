package warehouse_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse"
)

// questions are exported and read back.
var questions = []warehouse.Query{
	{Metrics: []string{"net_sales", "orders", "aov", "refund_rate"}, By: []string{"store", "city"},
		Grain: "day", From: "2026-11-01", To: "2026-11-19", Compare: "week", Names: true},
	{Metrics: []string{"net_sales", "buyers"}, By: []string{"channel"}, Grain: "hour", From: "2026-11-15",
		To: "2026-11-19"},
	{Metrics: []string{"write_offs"}, By: []string{"hour"}, From: "2026-11-01", To: "2026-11-19", Limit: 3},
	{Metrics: []string{"net_sales"}, By: []string{"store"}, From: "2020-11-01", To: "2020-11-19"},
	{Metrics: []string{"aov", "orders"}, From: "2020-11-01", To: "2020-11-19"},
}

func TestCSVReadsBackAsTheTable(t *testing.T) {
	tr := newTrade(t, 41)
	tr.fill(400, 0, noon.AddDate(0, 0, -20), 20*24*time.Hour)
	w, _ := chain(t, tr)
	for _, q := range questions {
		table, err := w.Query(t.Context(), retail.HQScope(), q)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.Export(t.Context(), retail.HQScope(), q, "csv", &out); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(lines) != len(table.Rows)+1 {
			t.Fatalf("%d lines for %d rows: %v", len(lines), len(table.Rows), err)
		}
		for j, c := range table.Columns {
			if lines[0][j] != c.Name {
				t.Errorf("header %q, want %q", lines[0][j], c.Name)
			}
			for i, row := range table.Rows {
				if got, want := lines[i+1][j], csvText(row[j]); got != want {
					t.Fatalf("%s of row %d is %q, want %q", c.Name, i, got, want)
				}
			}
		}
	}
}

// csvText is how a value should stand in the file: a text that could be a formula is disarmed, a
// negative number is not.
func csvText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case time.Time:
		return v.Format(time.RFC3339)
	case string:
		if v == "=9" {
			return "'=9"
		}
		return v
	}
	return fmt.Sprint(v)
}

func TestParquetReadsBackAsTheTable(t *testing.T) {
	tr := newTrade(t, 42)
	tr.fill(400, 0, noon.AddDate(0, 0, -20), 20*24*time.Hour)
	w, _ := chain(t, tr)
	for _, q := range questions {
		table, err := w.Query(t.Context(), retail.HQScope(), q)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := w.Export(t.Context(), retail.HQScope(), q, "parquet", &out); err != nil {
			t.Fatal(err)
		}
		r, err := file.NewParquetReader(bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		reader, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		read, err := reader.ReadTable(t.Context())
		if err != nil || int(read.NumRows()) != len(table.Rows) {
			t.Fatalf("%d rows, want %d: %v", read.NumRows(), len(table.Rows), err)
		}
		for j, c := range table.Columns {
			if name := read.Column(j).Name(); name != c.Name {
				t.Errorf("column %q, want %q", name, c.Name)
			}
			i := 0
			for _, chunk := range read.Column(j).Data().Chunks() {
				for k := range chunk.Len() {
					if got, want := parquetText(t, chunk, k), csvPlain(table.Rows[i][j]); got != want {
						t.Fatalf("%s of row %d is %q, want %q", c.Name, i, got, want)
					}
					i++
				}
			}
		}
		read.Release()
	}
}

func csvPlain(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return csvText(v)
}

func parquetText(t *testing.T, column arrow.Array, i int) string {
	t.Helper()
	if column.IsNull(i) {
		return ""
	}
	switch a := column.(type) {
	case *array.Decimal128:
		if typ := a.DataType().(*arrow.Decimal128Type); typ.Scale != 2 {
			t.Fatalf("scale is %d", typ.Scale)
		}
		return retail.Money(a.Value(i).LowBits()).String()
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Timestamp:
		return a.Value(i).ToTime(a.DataType().(*arrow.TimestampType).Unit).Format(time.RFC3339)
	case *array.Float64:
		return fmt.Sprint(a.Value(i))
	}
	return column.ValueStr(i)
}

// An export that is too long breaks off with an error; only a limit that was asked for cuts it.
func TestExportIsNeverShortByAccident(t *testing.T) {
	tr := newTrade(t, 44)
	tr.fill(50, 0, noon.AddDate(0, 0, -5), 4*24*time.Hour)
	w, db := chain(t, tr)
	q := warehouse.Query{Metrics: []string{"orders"}, Grain: "day", From: "2026-11-01", To: "2026-12-01"}
	all, err := w.Query(t.Context(), retail.HQScope(), q)
	if err != nil || len(all.Rows) < 3 {
		t.Fatalf("%d days, %v", len(all.Rows), err)
	}
	small, err := warehouse.New(warehouse.Config{DB: db, MaxExportRows: 2})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err = small.Export(t.Context(), retail.HQScope(), q, "csv", &out)
	if invalid := (warehouse.InvalidQuery{}); !errors.As(err, &invalid) || invalid.Field != "limit" {
		t.Errorf("a long export ends with %v", err)
	}
	q.Limit, out = 1, bytes.Buffer{}
	if err := small.Export(t.Context(), retail.HQScope(), q, "csv", &out); err != nil {
		t.Errorf("a limited export ends with %v", err)
	}
}
