package pricing_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/oltp/pricing"
	"github.com/tillstream/tillstream/retail"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// goods are SKUs 1 at 12.50, 2 at 3.00 (online only), 3 at 99.99 (off season), 4 (no longer sold).
func goods() []retail.SKU {
	return []retail.SKU{{ID: 1, Price: 1250, Active: true},
		{ID: 2, Price: 300, Active: true, OnlineOnly: true},
		{ID: 3, Price: 9999, Active: true, OffSeason: true}, {ID: 4, Price: 100}}
}

func given(m retail.Money) pricing.Amount { return pricing.Amount{Money: m, Given: true} }

// cart is a cart of one line of SKU id.
func cart(through retail.Channel, maySet bool, id int, ask pricing.Ask) *pricing.Cart {
	ask.Kind = max(ask.Kind, retail.Sale)
	shop := catalogue.NewAssortment(7, retail.Listing{SKU: 1, Listed: true, Price: 1100, Priced: true,
		Window: retail.Window{From: now, Until: now.Add(time.Hour)}})
	all := goods()
	return &pricing.Cart{Channel: through, At: now, MaySet: maySet, Assortment: &shop,
		Lines: []pricing.Line{{SKU: &all[id-1], Ask: ask}}}
}

func TestPrice(t *testing.T) {
	f := func(c *pricing.Cart, want string) {
		t.Helper()
		c.Price()
		l := &c.Lines[0]
		got := fmt.Sprint(l.Price.Unit, " ", l.Price.Gross, " -", l.Price.Discount)
		if l.Granted {
			got += " granted"
		}
		for _, fault := range c.Faults {
			got = fmt.Sprint(fault.Field, " ", fault.Reason)
			if fault.Amount != 0 {
				got += fault.Amount.String()
			}
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	const till, app = retail.Till, retail.MiniProgram
	f(cart(till, false, 1, pricing.Ask{Qty: 2}), "11.00 22.00 -0.00")
	f(cart(app, false, 2, pricing.Ask{Qty: 1}), "3.00 3.00 -0.00")
	later := cart(till, false, 1, pricing.Ask{Qty: 2})
	later.At = now.Add(time.Hour)
	f(later, "12.50 25.00 -0.00")
	f(cart(till, false, 1, pricing.Ask{Qty: 1, Unit: given(1250)}),
		"unit_price is not the store's price of 11.00")
	f(cart(app, false, 2, pricing.Ask{Qty: 1, Unit: given(299)}),
		"unit_price is not the catalogue's price of 3.00")
	f(cart(till, false, 1, pricing.Ask{Qty: 2, Gross: given(2100)}),
		"unit_price is not the store's price of 11.00")
	f(cart(till, false, 1, pricing.Ask{Qty: 1, Discount: 1}), "discount needs a role that may set prices")
	f(cart(till, true, 1, pricing.Ask{Qty: 1, Discount: 100}), "11.00 11.00 -1.00")
	f(cart(till, true, 1, pricing.Ask{Qty: 1, Discount: 100, Reason: "dented"}), "11.00 11.00 -1.00 granted")
	f(cart(till, true, 1, pricing.Ask{Qty: 1, Reason: "gift"}), "11.00 11.00 -0.00")
	f(cart(till, false, 1, pricing.Ask{Qty: 0}), "qty must be at least 1 for a sale")
	f(cart(till, true, 4, pricing.Ask{Qty: 1, Reason: "found"}), "sku is no longer sold")
	f(cart(till, false, 2, pricing.Ask{Qty: 1}), "sku is sold online only")
	f(cart(till, true, 2, pricing.Ask{Qty: 1}), "sku is sold online only")
	f(cart(till, true, 2, pricing.Ask{Qty: 1, Reason: "web shop is down"}), "3.00 3.00 -0.00 granted")
	f(cart(app, true, 3, pricing.Ask{Qty: 1, Reason: "asked nicely"}),
		"sku is off season and sold at tills only")
	f(cart(till, false, 3, pricing.Ask{Qty: 1}), "99.99 99.99 -0.00")
	f(cart(till, true, 1, pricing.Ask{Kind: retail.Adjustment, Gross: given(-5)}), "0.00 -0.05 -0.00")
	f(cart(till, false, 1, pricing.Ask{Kind: retail.Adjustment}), "kind needs a role that may set prices")
	f(cart(till, true, 1, pricing.Ask{Qty: 1 << 30, Unit: given(retail.MaxMoney)}),
		"gross is beyond what an amount can be")
	bound := func(ask pricing.Ask) *pricing.Cart {
		c := cart(till, true, 1, ask)
		c.MustSay = true
		return c
	}
	f(bound(pricing.Ask{Qty: 1}), "11.00 11.00 -0.00")
	f(bound(pricing.Ask{Qty: 1, Discount: 100}),
		"discount needs a reason from a role that is bound to stores")
	f(bound(pricing.Ask{Qty: 1, Discount: 100, Reason: "dented"}), "11.00 11.00 -1.00 granted")
	f(bound(pricing.Ask{Qty: 1, Discount: 100, CouponDiscount: 100}), "11.00 11.00 -1.00")
	f(bound(pricing.Ask{Qty: 1, Discount: 101, CouponDiscount: 100}),
		"discount needs a reason from a role that is bound to stores")
	const cheaper = "unit_price needs a reason from a role that is bound to stores: it makes the line " +
		"cheaper than the list's 11.00"
	f(bound(pricing.Ask{Qty: 1, Unit: given(1099)}), cheaper)
	f(bound(pricing.Ask{Qty: 2, Gross: given(2199)}), cheaper)
	f(bound(pricing.Ask{Qty: 1, Unit: given(1101)}), "11.01 11.01 -0.00")
	f(bound(pricing.Ask{Qty: 1, Unit: given(1000), Reason: "matched next door"}), "10.00 10.00 -0.00 granted")
	gone := cart(till, false, 1, pricing.Ask{Qty: 1})
	closed := catalogue.NewAssortment(7, retail.Listing{SKU: 1})
	gone.Assortment = &closed
	f(gone, "sku is not sold by this store now")
}

// TestPriceLaws prices seeded carts: what comes out without a fault adds up, is never negative, is never
// rounded, and does not depend on the other lines.
func TestPriceLaws(t *testing.T) {
	const seed = 3
	random := rand.New(rand.NewPCG(seed, 0))
	all := goods()
	for n := range 20_000 {
		var own []retail.Listing
		for id := range retail.SKUID(3) {
			if random.IntN(2) == 0 {
				own = append(own, retail.Listing{SKU: id + 1, Listed: random.IntN(4) > 0, Priced: true,
					Price: retail.Money(random.IntN(20_000))})
			}
		}
		shop := catalogue.NewAssortment(7, own...)
		c := &pricing.Cart{Channel: retail.Channel(1 + random.IntN(4)), At: now,
			MaySet: random.IntN(2) == 0, Assortment: &shop}
		for range 1 + random.IntN(6) {
			ask := pricing.Ask{Kind: retail.Sale, Qty: int32(random.IntN(200))}
			if random.IntN(3) == 0 {
				ask.Unit = given(retail.Money(random.IntN(30_000)))
			}
			if random.IntN(4) == 0 {
				ask.Discount = retail.Money(random.IntN(100))
			}
			c.Lines = append(c.Lines, pricing.Line{SKU: &all[random.IntN(len(all))], Ask: ask})
		}
		c.Price()
		refused := map[int]bool{}
		for _, f := range c.Faults {
			refused[f.Line] = true
		}
		for i := range c.Lines {
			l := &c.Lines[i]
			alone := *c
			alone.Faults, alone.Lines = nil, []pricing.Line{{SKU: l.SKU, Ask: l.Ask}}
			if alone.Price(); alone.Lines[0].Price != l.Price || (len(alone.Faults) > 0) != refused[i] {
				t.Fatalf("seed %d, cart %d: line %d alone is %+v, in the cart %+v", seed, n, i,
					alone.Lines[0].Price, l.Price)
			}
			p := l.Price
			if refused[i] {
				continue
			}
			if p.Gross != p.Unit*retail.Money(l.Qty) || p.Gross < 0 || p.Unit < 0 || p.List < 0 {
				t.Fatalf("seed %d, cart %d: %d times %v is %v", seed, n, l.Qty, p.Unit, p.Gross)
			}
			if !c.MaySet && (p.Unit != p.List || p.Discount != 0 || p.Granted) {
				t.Fatalf("seed %d, cart %d: sold at %+v by somebody who may not", seed, n, p)
			}
		}
	}
}

func TestPricingAllocatesNothing(t *testing.T) {
	all := goods()
	var empty catalogue.Assortment
	own := catalogue.NewAssortment(7, retail.Listing{SKU: 1, Listed: true, Price: 1, Priced: true})
	for _, shop := range []*catalogue.Assortment{nil, &empty, &own} {
		c := &pricing.Cart{}
		c.Lines = make([]pricing.Line, 0, 8)
		if n := testing.AllocsPerRun(100, func() {
			c.Reset()
			c.Channel, c.Assortment = retail.Till, shop
			for range 4 {
				two := pricing.Ask{Kind: retail.Sale, Qty: 2}
				c.Lines = append(c.Lines, pricing.Line{SKU: &all[0], Ask: two})
			}
			c.Price()
		}); n != 0 {
			t.Errorf("pricing allocates %v times", n)
		}
	}
}
