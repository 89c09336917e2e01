package warehouse_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/warehouse/shelf"
)

func TestTopsAreThoseOfTheMembersInScope(t *testing.T) {
	w, db := chain(t, newTrade(t, 6))
	s, k := shelf.New(db, shelf.Config{}), shelf.Key{Model: "nextbasket", Version: 4}
	err := s.PutTops(t.Context(), k, 0, &shelf.Tops{Member: []int64{8, 8, 9}, Place: []uint16{1, 2, 1},
		Home: []int32{2, 2, 3}, SKU: []int64{5, 999, 6}, Score: []float64{.5, .25, .75},
		Reason: []string{"habit", "taste", "popular"}, Bought: []int32{3, 0, 0},
		EveryDays: []float64{7, 0, 0}})
	if err != nil {
		t.Fatal(err)
	}
	export := exports(t, w.ExportTops)
	if _, rows := export(retail.HQScope(), "csv"); rows != 0 {
		t.Errorf("%d rows before the version was published", rows)
	}
	if err := s.PutVersion(t.Context(), shelf.Version{Key: k, Published: true}); err != nil {
		t.Fatal(err)
	}
	all, rows := export(retail.HQScope(), "csv")
	for _, line := range []string{"8,nextbasket,1,sku5,货,Good,0.5,habit,3,7,302",
		"8,nextbasket,2,#999,,,0.25,",
		"9,nextbasket,1,sku6,货,Good,0.75,popular,0,0,303"} {
		if rows != 3 || !strings.Contains(all, line) {
			t.Errorf("no %s in\n%s", line, all)
		}
	}
	if two, rows := export(retail.StoreScope(3), "csv"); rows != 1 || strings.Contains(two, "302") {
		t.Errorf("store 303 sees\n%s", two)
	}
	if _, rows := export(retail.Scope{}, "csv"); rows != 0 {
		t.Errorf("an empty scope sees %d rows", rows)
	}
	if bin, _ := export(retail.HQScope(), "parquet"); !holds(t, bin, 3, 11) {
		t.Error("Parquet does not hold 3 rows of 11 columns")
	}
}

// exports runs an export and returns what it wrote and how many rows it says that has.
func exports(t *testing.T, write func(context.Context, retail.Scope, string, io.Writer) (int64, error),
) func(scope retail.Scope, format string) (string, int64) {
	return func(scope retail.Scope, format string) (string, int64) {
		t.Helper()
		var out bytes.Buffer
		rows, err := write(t.Context(), scope, format, &out)
		if err != nil {
			t.Fatal(err)
		}
		return out.String(), rows
	}
}

// holds reports whether a Parquet file can be read and has so many rows and columns.
func holds(t *testing.T, bin string, rows, columns int64) bool {
	t.Helper()
	reader, err := file.NewParquetReader(strings.NewReader(bin))
	if err != nil {
		t.Fatal(err)
	}
	table, err := pqarrow.NewFileReader(reader, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatal(err)
	}
	got, err := table.ReadTable(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return got.NumRows() == rows && got.NumCols() == columns
}
