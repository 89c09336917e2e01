package outfit

import (
	"fmt"
	"slices"
)

// Why is a reason in both languages.
type Why struct {
	// Code is bought_together, category, brand, colour, price, season or size.
	Code   string
	ZH, EN string
	weight float64
}

var pairCodes = [pairTraits]string{"bought_together", "category", "brand", "colour", "price", "season"}

// maxWhy bounds the reasons of one offer.
const maxWhy = 3

// explain names the SKU that an offer goes with best, and what of it weighed most.
func (s *Stylist) explain(o *Offer, have []int32, b int32) {
	best, value := have[0], -1e300
	for _, a := range have {
		if t := s.traits(a, b); dot(&s.m.weights, &t) > value {
			best, value = a, dot(&s.m.weights, &t)
		}
	}
	o.With = s.looks[best].pieces[0].SKU
	t := s.traits(best, b)
	x, y := &s.looks[best], &s.looks[b]
	for k := range pairTraits {
		w := s.m.weights[k] * t[k]
		if w <= 0.01 && k != byColour || k == byColour && t[k] <= 0 || k == byPrice {
			continue
		}
		why := Why{Code: pairCodes[k], weight: w}
		switch k {
		case byStyle:
			n := s.m.styles.together(s.styles[x.style], s.styles[y.style])
			if n < 2 {
				continue
			}
			why.ZH, why.EN = fmt.Sprintf("%d 次一起买走", n), fmt.Sprintf("bought together %d times", n)
		case byCategory:
			why.ZH, why.EN = "这两类常一起穿", "these two kinds are worn together"
		case byBrand:
			if x.brand != y.brand {
				continue
			}
			why.ZH, why.EN = "同一品牌", "of the same brand"
		case byColour:
			why.ZH = "配色和谐: " + x.colour + "配" + y.colour
			why.EN = "colours in harmony: " + x.colour + " with " + y.colour
		case bySeason:
			why.ZH, why.EN = "同一季", "of the same season"
		}
		o.Why = append(o.Why, why)
	}
	slices.SortStableFunc(o.Why, func(a, b Why) int {
		switch {
		case a.weight > b.weight:
			return -1
		case a.weight < b.weight:
			return 1
		}
		return 0
	})
	o.Why = o.Why[:min(len(o.Why), maxWhy)]
	if o.Sized {
		o.Why = append(o.Why, o.Fit.Why())
	}
}
