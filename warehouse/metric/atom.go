package metric

import "slices"

// Origin is the fact table that an atom comes from.
type Origin int

// The origins.
const (
	OrderLines Origin = iota + 1
	Behaviour
)

// Atom is one thing that can be read with a single aggregate. Each field is the SQL of an aggregate of
// type Int64 or UInt64; an empty one means that this source cannot tell.
type Atom struct {
	Name   string
	Origin Origin
	// Rollup reads it from the rollups by store and time.
	Rollup string
	// Category reads it from the rollup by store, category and day.
	Category string
	// Fact reads it from its fact table.
	Fact string
	// FactByCategory reads it from its fact table when the rows are split by category; Fact if empty.
	FactByCategory string
}

// FindAtom returns the atom of that name.
func FindAtom(name string) (Atom, bool) {
	i := slices.IndexFunc(atoms, func(a Atom) bool { return a.Name == name })
	if i < 0 {
		return Atom{}, false
	}
	return atoms[i], true
}

// sales is an atom that is a sum in every rollup of order lines.
func sales(name, column, fact string) Atom {
	sum := "sum(" + column + ")"
	return Atom{Name: name, Origin: OrderLines, Rollup: sum, Category: sum, Fact: fact}
}

// documents is an atom that counts documents: a sum of first lines, which says nothing by category.
func documents(name, rollup, condition string) Atom {
	return Atom{
		Name: name, Origin: OrderLines, Rollup: rollup,
		Fact:           "sumIf(first, " + condition + ")",
		FactByCategory: "uniqExactIf(document_id, " + condition + ")",
	}
}

// distinct is an atom that counts different identifiers of ours. They are dense, so the rollups keep
// them as compressed bitmaps: exact, half the size of a uniq state, and merged seven times faster.
func distinct(name, fact string) Atom {
	merge := "groupBitmapMerge(" + name + ")"
	return Atom{Name: name, Origin: OrderLines, Rollup: merge, Category: merge, Fact: fact}
}

// visits is an atom that counts behaviour.
func visits(name, rollup, fact string) Atom {
	return Atom{Name: name, Origin: Behaviour, Rollup: rollup, Fact: fact}
}

// atoms is never written after its declaration.
var atoms = append([]Atom{
	sales("gross", "gross_sales_fen", "sumIf(gross_fen, doc = 1)"),
	sales("discounts", "discounts_fen", "sumIf(discount_fen, doc = 1)"),
	sales("coupon_discounts", "coupon_discounts_fen", "sumIf(coupon_discount_fen, doc = 1)"),
	sales("refunded", "refunds_fen", "sumIf(net_fen, doc = 2)"),
	sales("adjustments", "adjustments_fen", "sumIf(if(doc = 1, net_fen, -net_fen), kind = 2)"),
	sales("write_offs", "write_offs_fen", "sumIf(if(doc = 1, net_fen, -net_fen), kind = 4)"),
	sales("cost_of_orders", "cost_of_orders_fen", "sumIf(cost_fen, doc = 1)"),
	sales("cost_of_refunds", "cost_of_refunds_fen", "sumIf(cost_fen, doc = 2)"),
	sales("order_lines", "order_lines", "countIf(doc = 1)"),
	sales("refund_lines", "refund_lines", "countIf(doc = 2)"),
	sales("units", "units", "sumIf(qty, doc = 1 AND kind = 1)"),
	sales("refunded_units", "refunded_units", "sumIf(qty, doc = 2 AND kind = 1)"),
	sales("written_off_units", "written_off_units", "sumIf(if(doc = 1, -qty, qty), kind = 3)"),
	documents("orders", "sum(orders)", "doc = 1"),
	documents("refund_documents", "sum(refund_documents)", "doc = 2"),
	documents("online_orders", "sumIf(orders, channel IN (2, 3))", "doc = 1 AND channel IN (2, 3)"),
	distinct("buyers", "uniqExactIf(member_id, doc = 1 AND member_id != 0)"),
	distinct("products", "uniqExactIf(sku_id, doc = 1 AND sku_id != 0)"),
	visits("visitors", "uniqMerge(visitors)", "uniqIf(visitor_id, visitor_id != 0)"),
	visits("sessions", "uniqMerge(sessions)", "uniqIf(session_id, session_id != 0)"),
	visits("views", "sum(views)", "countIf(kind = 64)"),
	visits("searches", "sum(searches)", "countIf(kind = 65)"),
	visits("cart_adds", "sum(cart_adds)", "countIf(kind = 66)"),
	visits("impressions", "sum(impressions)", "countIf(kind = 67)"),
	visits("clicks", "sum(clicks)", "countIf(kind = 68)"),
	visits("coupons_issued", "sum(coupons_issued)", "countIf(kind = 69)"),
	visits("coupons_redeemed", "sum(coupons_redeemed)", "countIf(kind = 70)"),
}, derivedAtoms...)
