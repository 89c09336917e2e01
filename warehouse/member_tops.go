package warehouse

import (
	"context"
	"io"

	"github.com/tillstream/tillstream/retail"
)

// topColumns are those of member_tops.sql. It is never written after its declaration.
var topColumns = []Column{{"member", "count", true}, {"model", "name", true}, {"place", "count", true},
	{"sku", "code", false}, {"sku_name", "name", false}, {"sku_name_en", "name", false},
	{"score", "ratio", false}, {"reason", "name", false}, {"bought", "count", false},
	{"every_days", "ratio", false}, {"home", "code", false}}

// ExportTops writes what to offer each member whose home store is in scope, as csv or parquet, and returns
// how many rows it wrote. Memory is that of a batch, unless the engine has to sort on disk.
func (w *Warehouse) ExportTops(ctx context.Context, scope retail.Scope, format string, out io.Writer) (
	rows int64, err error) {
	return w.exportAll(ctx, scope, "member_tops", topColumns, format, out)
}
