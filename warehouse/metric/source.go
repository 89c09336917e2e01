package metric

// Source is a table that can answer, with what it knows of time and goods.
type Source struct {
	Table string
	// Resolution is the finest step of time that it can be cut at and grouped by.
	Resolution Resolution
	// Category is true if it can be split by category of goods.
	Category bool
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
var sources = []Source{
	{"rollup_store_day", ByDay, false, readRollup},
	{"rollup_store_category_day", ByDay, true, readCategory},
	{"rollup_store_hour", ByHour, false, readRollup},
	{"rollup_store_minute", ByMinute, false, readRollup},
	{"fact_order_line", ByInstant, true, readFact(OrderLines)},
	{"fact_behaviour", ByInstant, false, readFact(Behaviour)},
}

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
	case s.Resolution == ByInstant:
		return "count()"
	case origin == OrderLines:
		return "sum(order_lines + refund_lines)"
	}
	return "sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)"
}
