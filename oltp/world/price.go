package world

import (
	"math"

	"github.com/tillstream/tillstream/retail"
)

// Promotion is a known window of a lower price.
type Promotion struct {
	// Product is an index.
	Product int
	// From and To are business days, To excluded.
	From, To retail.Day
	// Discount is the part of the price that is taken off.
	Discount float64
	// Featured goods stand in the window and the flyer.
	Featured bool
	// Uplift is the factor by which customers want the product more often, apart from members'
	// favourites, which habit brings back anyway.
	Uplift float64
}

const (
	// promotedShare is the part of all SKUs that a week's flyer holds.
	promotedShare  = .04
	featuredUplift = 1.5
)

// Promotions lists those of the flyer that is valid on a day; flyers run from Thursday to
// Wednesday.
func (w *World) Promotions(day retail.Day) []Promotion {
	week := int64(day) / 7
	r := w.cfg.stream(forPromotion, uint64(week), 0)
	steps := [...]float64{.1, .15, .2, .25, .3, .4}
	from := retail.Day(week * 7)
	var out []Promotion
	for i := range w.Products {
		if r.Float64() >= promotedShare {
			continue
		}
		p := Promotion{Product: i, From: from, To: from + 7, Discount: steps[r.IntN(len(steps))],
			Featured: r.Float64() < .3}
		p.Uplift = math.Pow(1-p.Discount, -w.Products[i].Elasticity)
		if p.Featured {
			p.Uplift *= featuredUplift
		}
		out = append(out, p)
	}
	return out
}

// priceLevel is the price of a product beside its list price; it changes for some goods with each
// quarter of 91 days.
func (w *World) priceLevel(product int, day retail.Day) float64 {
	u := w.cfg.stream(forPrice, uint64(product), uint64(int64(day)/91)).Float64()
	switch {
	case u < .04:
		return 1.12
	case u < .08:
		return .95
	case u < .13:
		return 1.06
	}
	return 1
}

// Price is what the label of a product says on a day, promotions apart.
func (w *World) Price(product int, day retail.Day) retail.Money {
	list := w.Products[product].Price
	level := w.priceLevel(product, day)
	if level == 1 {
		return list
	}
	return max(10, retail.Money(math.Round(float64(list)*level/10))*10)
}

// season is the factor of a category on a day of the year; the peak of summer is the 200th day.
func (k *kind) season(day retail.Day) float64 {
	ofYear := math.Mod(float64(day), 365.2425)
	return 1 + k.summer*math.Cos(2*math.Pi*(ofYear-200)/365.2425)
}
