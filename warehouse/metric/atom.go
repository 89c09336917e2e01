package metric

import (
	"fmt"
	"slices"
)

// Origin is the kind of fact that an atom comes from.
type Origin int

// The origins.
const (
	OrderLines Origin = iota + 1
	Behaviour
	// OrderSteps are orders placed, paid and cancelled, as a whole.
	OrderSteps
	// FirstOrders are the first orders of members.
	FirstOrders
	// OrderGaps are the days on which members bought, with the next such day.
	OrderGaps
	// Ratings are the reviews that everybody may read.
	Ratings
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
	// SKU reads it from the rollup by store, SKU and day.
	SKU string
	// Fact reads it from its fact table.
	Fact string
	// LinesByGoods reads it from the order lines when the rows are split by goods.
	LinesByGoods string
	// Goods and Campaigns are true if its fact table can split it so.
	Goods, Campaigns bool
}

// FindAtom returns the atom of that name.
func FindAtom(name string) (Atom, bool) {
	i := slices.IndexFunc(atoms, func(a Atom) bool { return a.Name == name })
	if i < 0 {
		return Atom{}, false
	}
	return atoms[i], true
}

// Limits says why an atom cannot be split in every way.
func (a Atom) Limits() string {
	switch a.Origin {
	case Behaviour:
		switch {
		case a.Campaigns:
			return "coupons are of a campaign, not of goods"
		case a.Goods:
			return "visits are of goods, not of a campaign"
		}
		return "a search is neither of goods nor of a campaign"
	case OrderSteps:
		return "orders that are placed or cancelled are known as a whole, without their lines"
	case FirstOrders:
		return "first orders are known as a whole, without their lines"
	case OrderGaps:
		return "repeated purchases are known by store, channel, campaign and business day"
	case Ratings:
		return "reviews are of goods and a store, at the moment when they were posted"
	case Visits:
		return "visits are known by store, channel and business day"
	case OrderSpans:
		return "the time that orders took is known by store, channel and business day"
	case Stock:
		return "stock is known by store, goods and business day"
	case LostSales:
		return "lost sales are known by store, goods and business day"
	}
	return "no table knows it"
}

// sales is an atom that is a sum in every rollup of order lines.
func sales(name, column, fact string) Atom {
	sum := "sum(" + column + ")"
	return Atom{Name: name, Origin: OrderLines, Rollup: sum, Category: sum, SKU: sum, Fact: fact}
}

// documents is an atom that counts documents: a sum of first lines, which says nothing by goods.
func documents(name, rollup, condition string) Atom {
	return Atom{
		Name: name, Origin: OrderLines, Rollup: rollup,
		Fact:         "sumIf(first, " + condition + ")",
		LinesByGoods: "uniqExactIf(document_id, " + condition + ")",
	}
}

// distinct is an atom that counts different identifiers of ours. They are dense, so the rollups keep
// them as compressed bitmaps: exact, half the size of a uniq state, and merged seven times faster.
func distinct(name, sku, fact string) Atom {
	merge := "groupBitmapMerge(" + name + ")"
	return Atom{Name: name, Origin: OrderLines, Rollup: merge, Category: merge, SKU: sku, Fact: fact}
}

// visits is an atom that counts behaviour.
func visits(name, rollup, fact string) Atom {
	return Atom{Name: name, Origin: Behaviour, Rollup: rollup, Fact: fact}
}

func ofGoods(a Atom) Atom {
	a.Goods = true
	return a
}

func ofCampaigns(a Atom) Atom {
	a.Campaigns = true
	return a
}

// placed is an atom that counts orders as a whole, from the moment when they are placed.
func placed(name, fact string) Atom {
	return ofCampaigns(Atom{Name: name, Origin: OrderSteps, Rollup: "sum(" + name + ")", Fact: fact})
}

// fulfilled counts paid orders by the way in which the goods reach the customer.
func fulfilled(name string, way int) Atom {
	a := placed(name, fmt.Sprintf("countIf(paid AND fulfilment = %d)", way))
	a.LinesByGoods = fmt.Sprintf("uniqExactIf(document_id, doc = 1 AND fulfilment = %d)", way)
	return a
}

// repeated counts members who bought again within some days.
func repeated(days int) Atom {
	return ofCampaigns(Atom{Name: fmt.Sprintf("repeat_buyers_%d", days), Origin: OrderGaps,
		Fact: fmt.Sprintf("uniqExactIf(member_id, next_day > day AND next_day <= day + %d)", days)})
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
	distinct("buyers", "", "uniqExactIf(member_id, doc = 1 AND member_id != 0)"),
	distinct("products", "uniqExactIf(sku_id, order_lines > 0 AND sku_id != 0)",
		"uniqExactIf(sku_id, doc = 1 AND sku_id != 0)"),
	placed("placed_orders", "countIf(step = 1)"),
	placed("placed_fen", "sumIf(net_fen, step = 1)"),
	{Name: "cancelled_orders", Origin: OrderSteps, Rollup: "sum(cancelled_orders)",
		Fact: "countIf(step = 3)"},
	fulfilled("pickup_orders", 2),
	fulfilled("same_city_orders", 3),
	fulfilled("express_orders", 4),
	ofCampaigns(Atom{Name: "first_orders", Origin: FirstOrders, Fact: "count()"}),
	repeated(30),
	repeated(60),
	repeated(90),
	ofGoods(Atom{Name: "ratings", Origin: Ratings, Fact: "count()"}),
	ofGoods(Atom{Name: "stars", Origin: Ratings, Fact: "sum(stars)"}),
	ofGoods(visits("visitors", "uniqMerge(visitors)", "uniqIf(visitor_id, visitor_id != 0)")),
	ofGoods(visits("sessions", "uniqMerge(sessions)", "uniqIf(session_id, session_id != 0)")),
	ofGoods(visits("views", "sum(views)", "countIf(kind = 64)")),
	visits("searches", "sum(searches)", "countIf(kind = 65)"),
	ofGoods(visits("cart_adds", "sum(cart_adds)", "countIf(kind = 66)")),
	ofGoods(visits("impressions", "sum(impressions)", "countIf(kind = 67)")),
	ofGoods(visits("clicks", "sum(clicks)", "countIf(kind = 68)")),
	ofCampaigns(visits("coupons_issued", "sum(coupons_issued)", "countIf(kind = 69)")),
	ofCampaigns(visits("coupons_redeemed", "sum(coupons_redeemed)", "countIf(kind = 70)")),
}, derivedAtoms...)
