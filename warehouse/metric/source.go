package metric

// Source is a table that can answer, with what it knows of time and goods.
type Source struct {
	Table string
	// Resolution is the finest step of time that it can be cut at and grouped by.
	Resolution Resolution
	// Category is true if it can be split by category of goods.
	Category bool
	// NoChannel is true if it cannot be split by channel.
	NoChannel bool
	// From replaces Table in SQL, "" for the table itself. It reads the days from {first_day:Date} to
	// {last_day:Date}, both included, of the stores {scope:Array(Int32)} unless {everywhere:Bool}, up to
	// the second {until:Int64}.
	From string
	// Rows counts the rows behind an atom, "" for what Seen knows by itself.
	Rows string
	// Read returns the aggregate that reads an atom here, or "".
	Read func(a Atom, byCategory bool) string
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

func readRollup(a Atom, _ bool) string   { return a.Rollup }
func readCategory(a Atom, _ bool) string { return a.Category }

func readFact(origin Origin) func(Atom, bool) string {
	return func(a Atom, byCategory bool) string {
		switch {
		case a.Origin != origin:
			return ""
		case byCategory && a.FactByCategory != "":
			return a.FactByCategory
		}
		return a.Fact
	}
}

// sources lists the tables from small to large. It is never written after its declaration.
var sources = append([]Source{
	{Table: "rollup_store_day", Resolution: ByDay, Read: readRollup},
	{Table: "rollup_store_category_day", Resolution: ByDay, Category: true, Read: readCategory},
	{Table: "rollup_store_hour", Resolution: ByHour, Read: readRollup},
	{Table: "rollup_store_minute", Resolution: ByMinute, Read: readRollup},
	{Table: "fact_order_line", Resolution: ByInstant, Category: true, Read: readFact(OrderLines)},
	{Table: "fact_behaviour", Resolution: ByInstant, Read: readFact(Behaviour)},
}, derivedSources...)

// Smallest returns the smallest source that can tell the atom at a resolution, split by category or
// not, and the aggregate that does so.
func Smallest(a Atom, need Resolution, byCategory bool) (s Source, aggregate string, ok bool) {
	for _, s := range sources {
		if s.Resolution < need || byCategory && !s.Category {
			continue
		}
		if !byCategory && s.Table == "rollup_store_category_day" {
			continue
		}
		if sql := s.Read(a, byCategory); sql != "" {
			return s, sql, true
		}
	}
	return Source{}, "", false
}

// Seen is the aggregate that counts the rows behind the atoms of an origin at a source, so that a group
// of visits alone does not show up in a table of sales.
func (s Source) Seen(origin Origin) string {
	switch {
	case s.Rows != "":
		return s.Rows
	case s.Resolution == ByInstant:
		return "count()"
	case origin == OrderLines:
		return "sum(order_lines + refund_lines)"
	}
	return "sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)"
}
