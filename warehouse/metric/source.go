package metric

import _ "embed"

// Source is a table that can answer, with what it knows of time, goods and campaigns.
type Source struct {
	Table string
	// Resolution is the finest step of time that it can be cut at and grouped by.
	Resolution Resolution
	// Keys are what it can be split by beside store and time.
	Keys Keys
	// Category is true if it has a category of its own, that of the day of sale. Elsewhere the category
	// of a SKU is that of today.
	Category bool
	// From replaces Table in SQL, "" for the table itself. It reads the days from {first_day:Date} to
	// {last_day:Date}, both included. It may take the stores {scope:Array(Int32)} unless
	// {everywhere:Bool}, and the second {until:Int64} up to which time has gone by.
	From string
	// Rows counts the rows behind an atom, "" for what Seen knows by itself.
	Rows string
	// Read returns the aggregate that reads an atom here, or "".
	Read func(a Atom, by Keys) string
}

// Resolution is a step of time. A finer one is greater.
type Resolution int

// The resolutions, coarse to fine.
const (
	ByDay Resolution = iota + 1
	ByHour
	ByMinute
	ByInstant
)

// Keys is a set of what only some tables can be split by.
type Keys uint8

// The keys. Whatever knows the SKU knows its brand.
const (
	Category Keys = 1 << iota
	SKU
	Campaign
	Channel

	goods = Category | SKU
)

func readRollup(a Atom, _ Keys) string {
	if a.Origin != OrderLines && a.Origin != Behaviour {
		return ""
	}
	return a.Rollup
}

func readCategory(a Atom, _ Keys) string { return a.Category }

func readSKU(a Atom, _ Keys) string { return a.SKU }

func readCampaign(a Atom, _ Keys) string {
	if a.Origin != OrderLines {
		return ""
	}
	return a.Rollup
}

func readPlaced(a Atom, by Keys) string {
	if a.Origin != OrderSteps || by&Campaign != 0 && !a.Campaigns {
		return ""
	}
	return a.Rollup
}

// readLines reads what an order line tells: its own atoms, and by goods those of whole orders too.
func readLines(a Atom, by Keys) string {
	switch {
	case by&goods != 0 && a.LinesByGoods != "":
		return a.LinesByGoods
	case a.Origin == OrderLines:
		return a.Fact
	}
	return ""
}

func readFact(origin Origin) func(Atom, Keys) string {
	return func(a Atom, by Keys) string {
		if a.Origin != origin || by&goods != 0 && !a.Goods || by&Campaign != 0 && !a.Campaigns {
			return ""
		}
		return a.Fact
	}
}

//go:embed sql/order_gaps.sql
var orderGaps string

// sources lists the tables from small to large. It is never written after its declaration.
var sources = append([]Source{
	{Table: "rollup_store_day", Resolution: ByDay, Keys: Channel, Read: readRollup},
	{Table: "rollup_placed_day", Resolution: ByDay, Keys: Channel | Campaign, Read: readPlaced},
	{Table: "rollup_store_category_day", Resolution: ByDay, Keys: Channel | Category, Category: true,
		Read: readCategory},
	{Table: "rollup_store_campaign_day", Resolution: ByDay, Keys: Channel | Campaign, Read: readCampaign},
	{Table: "rollup_store_sku_day", Resolution: ByDay, Keys: Channel | goods, Category: true, Read: readSKU},
	{Table: "rollup_store_hour", Resolution: ByHour, Keys: Channel, Read: readRollup},
	{Table: "rollup_placed_hour", Resolution: ByHour, Keys: Channel, Read: readPlaced},
	{Table: "rollup_store_minute", Resolution: ByMinute, Keys: Channel, Read: readRollup},
	{Table: "fact_rating", Resolution: ByInstant, Keys: goods, Read: readFact(Ratings)},
	{Table: "fact_first_order", Resolution: ByInstant, Keys: Channel | Campaign, Read: readFact(FirstOrders)},
	{Table: "member_order_day", Resolution: ByDay, Keys: Channel | Campaign, From: orderGaps,
		Read: readFact(OrderGaps)},
	{Table: "fact_order_step", Resolution: ByInstant, Keys: Channel | Campaign, Read: readFact(OrderSteps)},
	{Table: "fact_order_line", Resolution: ByInstant, Keys: Channel | goods | Campaign, Category: true,
		Read: readLines},
	{Table: "fact_behaviour", Resolution: ByInstant, Keys: Channel | goods | Campaign,
		Read: readFact(Behaviour)},
}, derivedSources...)

// Smallest returns the smallest source that can tell the atom at a resolution, split by keys, and the
// aggregate that does so.
func Smallest(a Atom, need Resolution, by Keys) (s Source, aggregate string, ok bool) {
	for _, s := range sources {
		if s.Resolution < need || s.Keys&by != by {
			continue
		}
		if sql := s.Read(a, by); sql != "" {
			return s, sql, true
		}
	}
	return Source{}, "", false
}

// Seen is the aggregate that counts the rows behind the atoms of an origin at a source, split by keys,
// so that a group of visits alone does not show up in a table of sales.
func (s Source) Seen(origin Origin, by Keys) string {
	switch {
	case s.Rows != "":
		return s.Rows
	case s.Table == "fact_behaviour" && by&goods != 0:
		return "countIf(sku_id != 0)"
	case s.Table == "fact_behaviour" && by&Campaign != 0:
		return "countIf(kind IN (69, 70))"
	case s.Table == "fact_order_step":
		return "countIf(step = 1 OR paid OR step = 3)"
	case s.Resolution == ByInstant || s.Table == "member_order_day":
		return "count()"
	case origin == OrderLines:
		return "sum(order_lines + refund_lines)"
	case origin == OrderSteps:
		return "sum(placed_orders + paid_orders + cancelled_orders)"
	}
	return "sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)"
}
