package warehouse

import (
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/tillstream/tillstream/retail"
)

// appendRows appends the rows of a record batch in the types that Table promises.
func appendRows(rows [][]any, columns []Column, batch arrow.Record) ([][]any, error) {
	if int(batch.NumCols()) != len(columns) {
		return nil, fmt.Errorf("cannot read answer: %d columns, want %d", batch.NumCols(), len(columns))
	}
	n, width := int(batch.NumRows()), len(columns)
	cells := make([]any, n*width)
	for j, c := range columns {
		for i := range n {
			v, err := cell(c, batch.Column(j), i)
			if err != nil {
				return nil, err
			}
			cells[i*width+j] = v
		}
	}
	for i := range n {
		rows = append(rows, cells[i*width:(i+1)*width:(i+1)*width])
	}
	return rows, nil
}

// cell reads one value; an undefined one is nil. Texts are copied, because a batch is gone when its
// callback returns.
func cell(c Column, column arrow.Array, i int) (any, error) {
	if column.IsNull(i) {
		return nil, nil
	}
	switch a := column.(type) {
	case *array.Int64:
		if c.Unit == "money" {
			return retail.Money(a.Value(i)), nil
		}
		return a.Value(i), nil
	case *array.Float64:
		return a.Value(i), nil
	case *array.String:
		return strings.Clone(a.Value(i)), nil
	case *array.Binary:
		return string(a.Value(i)), nil
	case *array.Date32:
		return retail.Day(a.Value(i)).String(), nil
	case *array.Timestamp:
		unit := a.DataType().(*arrow.TimestampType).Unit
		return a.Value(i).ToTime(unit).UTC(), nil
	}
	return nil, fmt.Errorf("cannot read answer: column %s comes as %s", c.Name, column.DataType())
}

// record is one row of a small answer, for queries whose columns are all Int64 or String.
type record map[string]any

func (r record) int(name string) int64 {
	v, ok := r[name].(int64)
	if !ok {
		panic("BUG: the query has no number " + name)
	}
	return v
}

func (r record) money(name string) retail.Money { return retail.Money(r.int(name)) }

func (r record) text(name string) string {
	v, ok := r[name].(string)
	if !ok {
		panic("BUG: the query has no text " + name)
	}
	return v
}

func (r record) micros(name string) time.Time { return time.UnixMicro(r.int(name)).UTC() }

// records reads a batch row by row.
func records(all []record, batch arrow.Record) ([]record, error) {
	columns := make([]Column, batch.NumCols())
	for j := range columns {
		columns[j].Name = batch.ColumnName(j)
	}
	rows, err := appendRows(nil, columns, batch)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		r := make(record, len(row))
		for j, v := range row {
			r[columns[j].Name] = v
		}
		all = append(all, r)
	}
	return all, nil
}
