package metric

import "fmt"

// derived is an atom of one of the sources over what stream/keyed derives.
func derived(origin Origin, name, aggregate string) Atom {
	return Atom{Name: name, Origin: origin, Fact: aggregate}
}

// The spans of fact_order_span that metrics speak of.
const (
	toPicking  = "f.span = 2"
	toReady    = "f.span = 3"
	toCustomer = "f.span = 6 AND f.fulfilment IN (3, 4)"
)

// span sums a column of the rollup of spans over some of them.
func span(name, column, which string) Atom {
	return derived(OrderSpans, name, "sumIf(f."+column+", "+which+")")
}

// quantile is exact to the minute: the rollup counts how many orders took how many minutes. Counts that
// were taken back are summed up first, for a weight must not be negative.
func quantile(name string, level float64, which string) Atom {
	counts := "sumMapIf([f.minutes], [toInt64(f.orders)], " + which + ")"
	return derived(OrderSpans, name, fmt.Sprintf("arrayReduce('quantileExactWeighted(%g)', "+
		"tupleElement(%[2]s, 1), arrayMap(n -> toUInt64(n), tupleElement(%[2]s, 2)))", level, counts))
}

// derivedAtoms is never written after its declaration.
var derivedAtoms = []Atom{
	derived(Visits, "visits", "sum(f.visits)"),
	derived(Visits, "visit_seconds", "sum(f.visit_seconds)"),
	derived(Visits, "visit_pages", "sum(f.pages)"),
	derived(Visits, "bounces", "sum(f.bounces)"),
	derived(Visits, "cart_visits", "sum(f.cart_visits)"),
	derived(Visits, "order_visits", "sum(f.order_visits)"),

	span("deliveries", "orders", toCustomer),
	span("deliveries_within_hour", "within_hour", toCustomer),
	span("deliveries_on_time", "on_time", toCustomer),
	span("delivery_seconds", "seconds", toCustomer),
	quantile("delivery_p50", 0.5, toCustomer),
	quantile("delivery_p90", 0.9, toCustomer),
	span("ready_orders", "orders", toReady),
	span("ready_seconds", "seconds", toReady),
	quantile("ready_p90", 0.9, toReady),
	span("picked_orders", "orders", toPicking),
	span("picking_wait_seconds", "seconds", toPicking),

	ofGoods(derived(Stock, "stock_out_seconds", "sum(f.out_seconds)")),
	ofGoods(derived(Stock, "listed_seconds", "sum(f.listed_seconds)")),
	ofGoods(derived(Stock, "on_hand_seconds", "sum(f.on_hand_seconds)")),
	ofGoods(derived(Stock, "opening_stock", "sumArgMin(f.opening, f.day)")),
	ofGoods(derived(Stock, "closing_stock", "sumArgMax(f.closing, f.day)")),
	ofGoods(derived(Stock, "stock_days", "uniqExact(f.day)")),
	ofGoods(derived(Stock, "shelf_sold", "sum(f.sold)")),
	ofGoods(derived(Stock, "shelf_returned", "sum(f.returned)")),
	ofGoods(derived(Stock, "received", "sum(f.received)")),

	ofGoods(derived(LostSales, "lost_milliunits", "sum(f.lost_milliunits)")),
	ofGoods(derived(LostSales, "lost_fen", "sum(f.lost_fen)")),
}
