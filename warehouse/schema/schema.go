// Package schema holds the tables, rollups and views of the warehouse as SQL, one object a file, in
// the order of their numbers. A number that has been released is never changed, only followed.
//
// Every table, and every rollup that a view fills, remembers the last 10,000 insert tokens
// (non_replicated_deduplication_window), so that a repeated insert changes nothing in either. Rows are
// grouped by month of business day. Amounts are fen, instants UTC.
package schema

import (
	"embed"
	"io/fs"
)

//go:embed *.sql
var files embed.FS

// Files returns the .sql files.
func Files() fs.FS { return files }

// Facts lists the fact tables.
func Facts() []string {
	return []string{"fact_order_line", "fact_order_step", "fact_stock_move", "fact_behaviour"}
}

// Rollups lists the rollups, which materialized views fill from the facts.
func Rollups() []string {
	return []string{"rollup_store_minute", "rollup_store_hour", "rollup_store_day",
		"rollup_store_category_day"}
}
