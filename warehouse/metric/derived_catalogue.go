package metric

// Operations answers for stores, shelves and deliveries.
const Operations Owner = "operations"

// The units of time. They are shown as decimal numbers.
const (
	Minutes Unit = "minutes"
	Hours   Unit = "hours"
	Days    Unit = "days"
)

// Whole reports whether the unit is counted in integers: whole things, or fen.
func (u Unit) Whole() bool { return u == Money || u == Count }

// per divides seconds by a count of things and by the seconds of a unit of time.
func per(seconds, count, unit string) string { return ratio(seconds, count+" * "+unit) }

// quantileOf is undefined over nothing.
func quantileOf(value, count string) string { return "if(" + count + " = 0, NULL, " + value + ")" }

const shelfNet = "({shelf_sold} - {shelf_returned})"

// derivedMetrics is never written after its declaration.
var derivedMetrics = []Metric{
	{"visits", Count, Marketing,
		"Sessions by business day, store and channel; one that goes on past midnight, at another store " +
			"or through another channel counts again. Exact.", "{visits}"},
	{"visit_minutes", Minutes, Marketing,
		"Average time from the first to the last event of a visit.",
		per("{visit_seconds}", "{visits}", "60")},
	{"pages_per_visit", Ratio, Marketing,
		"Product pages and search results seen in a visit.", ratio("{visit_pages}", "{visits}")},
	{"bounce_rate", Ratio, Marketing,
		"Visits of at most one page that put nothing into the cart and led to no order.",
		ratio("{bounces}", "{visits}")},
	{"cart_visit_rate", Ratio, Marketing,
		"Visits that put something into the cart.", ratio("{cart_visits}", "{visits}")},
	{"order_visits", Count, Marketing,
		"Visits known to have led to an order: a coupon was redeemed in it.", "{order_visits}"},
	{"deliveries", Count, Operations,
		"Orders handed over by courier or express, on the day of that.", "{deliveries}"},
	{"delivery_p50", Minutes, Operations,
		"Half of the deliveries took at most so long from payment to handing over; to the minute.",
		quantileOf("{delivery_p50}", "{deliveries}")},
	{"delivery_p90", Minutes, Operations,
		"Nine in ten deliveries took at most so long from payment to handing over; to the minute.",
		quantileOf("{delivery_p90}", "{deliveries}")},
	{"delivery_minutes", Minutes, Operations,
		"Average time of deliveries from payment to handing over.",
		per("{delivery_seconds}", "{deliveries}", "60")},
	{"within_hour_rate", Ratio, Operations,
		"Deliveries within one hour of payment.", ratio("{deliveries_within_hour}", "{deliveries}")},
	{"on_time_rate", Ratio, Operations,
		"Deliveries in time: within 3 hours of payment in the same city, 7 days by express.",
		ratio("{deliveries_on_time}", "{deliveries}")},
	{"paid_to_picking_minutes", Minutes, Operations,
		"Average time from payment until a store begins to pick.",
		per("{picking_wait_seconds}", "{picked_orders}", "60")},
	{"paid_to_ready_minutes", Minutes, Operations,
		"Average time from payment until the goods are ready or shipped.",
		per("{ready_seconds}", "{ready_orders}", "60")},
	{"paid_to_ready_p90", Minutes, Operations,
		"Nine in ten orders were ready or shipped so soon after payment; to the minute.",
		quantileOf("{ready_p90}", "{ready_orders}")},
	{"stock_out_hours", Hours, Merchandising,
		"Hours in which a SKU at a store had nothing to sell: on hand no more than reserved. Hours at " +
			"night count; each SKU and store counts for itself.", "{stock_out_seconds} / 3600"},
	{"stock_out_rate", Ratio, Merchandising,
		"Stock-out hours as a share of all hours of all SKUs and stores since each had its first stock.",
		ratio("{stock_out_seconds}", "{listed_seconds}")},
	{"stock_on_hand", Count, Merchandising,
		"Units on hand at the end, or now.", "{closing_stock}"},
	{"units_received", Count, Merchandising,
		"Units received from suppliers and from other stores.", "{received}"},
	{"days_of_cover", Days, Merchandising,
		"How long the stock at the end lasts at the sales of the days asked for, less returns.",
		ratio("{closing_stock} * {stock_days}", shelfNet)},
	{"turnover", Ratio, Merchandising,
		"Units sold less returns for each unit on hand on average.",
		ratio(shelfNet+" * {stock_days} * 86400", "{on_hand_seconds}")},
	{"sell_through", Ratio, Merchandising,
		"Units sold less returns as a share of the stock at the beginning and what was received.",
		ratio(shelfNet, "{opening_stock} + {received}")},
	{"lost_units", Ratio, Merchandising,
		"Estimate of what would have been sold in stock-outs: for each SKU and store its sales per hour " +
			"on sale, in the days asked for and the 28 before, times its hours out of stock.",
		"{lost_milliunits} / 1000"},
	{"lost_sales", Money, Merchandising,
		"Lost units at today's list prices; an estimate.", "{lost_fen}"},
}
