package metric

import _ "embed"

// The origins of what stream/keyed derives.
const (
	Visits Origin = iota + 101
	OrderSpans
	Stock
	LostSales
)

//go:embed sql/stock_days.sql
var stockDays string

//go:embed sql/stock_sku_days.sql
var stockSKUDays string

//go:embed sql/lost_days.sql
var lostDays string

// derivedSources answer for whole business days.
var derivedSources = []Source{
	{Table: "rollup_visit_day", Resolution: ByDay, Keys: Channel, Read: readFact(Visits),
		Rows: "sum(f.actions)"},
	{Table: "rollup_order_span_day", Resolution: ByDay, Keys: Channel, Read: readFact(OrderSpans),
		Rows: "sum(f.orders)"},
	{Table: "stock_days", Resolution: ByDay, Keys: Category, Category: true, From: stockDays,
		Read: readFact(Stock), Rows: "countIf(f.listed_seconds != 0)"},
	{Table: "stock_sku_days", Resolution: ByDay, Keys: goods, Category: true, From: stockSKUDays,
		Read: readFact(Stock), Rows: "countIf(f.listed_seconds != 0)"},
	{Table: "lost_days", Resolution: ByDay, Keys: goods, Category: true, From: lostDays,
		Read: readFact(LostSales), Rows: "count()"},
}
