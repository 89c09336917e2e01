package warehouse

import "time"

// Column describes one column of a Table.
type Column struct {
	Name string `json:"name"`
	// Unit is money, count or ratio for a metric; code, name, hour, day or time for a dimension.
	Unit string `json:"unit"`
	// Dimension is true for what the rows are split by, false for what is measured.
	Dimension bool `json:"dimension"`
}

// Table is the answer to a Query. The values of a row are, by the unit of their column: retail.Money
// (money), int64 (count, hour), float64 (ratio), string (code, name; day as 2017-01-31), time.Time in
// UTC (time). A metric that is undefined, such as an average over nothing, is nil.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    [][]any  `json:"rows"`
	// AsOf is when the figures were read: they hold everything written before.
	AsOf time.Time `json:"as_of"`
	// Truncated is true when rows beyond the limit were left out.
	Truncated bool `json:"truncated"`
	// Compared says which days were compared, nil for a query without comparison.
	Compared *Compared `json:"compared,omitempty"`
}

// Objects returns the rows as maps from column name to value.
func (t *Table) Objects() []map[string]any {
	all := make([]map[string]any, len(t.Rows))
	for i, row := range t.Rows {
		all[i] = make(map[string]any, len(row))
		for j, v := range row {
			all[i][t.Columns[j].Name] = v
		}
	}
	return all
}
