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

// Facts lists the fact tables that keep every row; fact_review lets the last version of a review count.
func Facts() []string {
	return []string{"fact_order_line", "fact_order_step", "fact_stock_move", "fact_behaviour"}
}

// Derived lists the fact tables that stream/keyed derives from the others.
func Derived() []string { return []string{"fact_visit", "fact_order_span", "fact_stock_shift"} }

// DerivedRollups lists the rollups over them, and the steps of orders in order of orders.
func DerivedRollups() []string {
	return []string{"rollup_visit_day", "rollup_order_span_day", "rollup_stock_day",
		"rollup_stock_sku_day", "order_step"}
}

// Rollups lists the rollups of order lines that know everything about a line but its goods or its campaign,
// which materialized views fill from the facts.
func Rollups() []string {
	return []string{"rollup_store_minute", "rollup_store_hour", "rollup_store_day",
		"rollup_store_category_day"}
}

// OtherRollups lists the rollups of placed orders, by SKU, by campaign and by member.
func OtherRollups() []string {
	return []string{"rollup_placed_day", "rollup_placed_hour", "rollup_store_sku_day",
		"rollup_store_campaign_day", "member_first_order", "member_order_day"}
}
