package role

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/models/push"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

func TestTodaysSpecials(t *testing.T) {
	now := time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)
	coats, down := retail.Category{Code: "coats"}, retail.Category{Code: "down"}
	shop := func() *recommend.Catalogue {
		return &recommend.Catalogue{At: now,
			Categories: []retail.Category{{Code: "coats"}, {Code: "down", Parent: "coats"}, {Code: "tea"}},
			Stores:     []retail.Store{{ID: 1, Active: true}, {ID: 2}},
			SKUs: []retail.SKU{{ID: 1, Active: true, Price: 1000, Category: down, Brand: "b",
				Tags: []retail.TimedTag{{Tag: retail.Hot}}},
				{ID: 2, Active: true, Price: 1000, Category: coats, OnlineOnly: true}, {ID: 3, Price: 1000}},
			Listings: []retail.Listing{{Store: 1, SKU: 1, Listed: true, Priced: true, Price: 800}}}
	}
	f := func(what string, want int, change func(*recommend.Catalogue) *retail.MerchandisingRule) {
		t.Helper()
		c := shop()
		var rules []retail.MerchandisingRule
		if r := change(c); r != nil {
			r.Kind = retail.RuleBlock
			rules = append(rules, *r)
		}
		got := todaysSpecials(c, rules, .1)
		if len(got) != want {
			t.Errorf("%s: %v, want %d specials", what, got, want)
		}
	}
	on := func(change func(l *retail.Listing)) func(*recommend.Catalogue) *retail.MerchandisingRule {
		return func(c *recommend.Catalogue) *retail.MerchandisingRule { change(&c.Listings[0]); return nil }
	}
	under := func(r retail.MerchandisingRule) func(*recommend.Catalogue) *retail.MerchandisingRule {
		return func(*recommend.Catalogue) *retail.MerchandisingRule { return &r }
	}
	f("a price below the list's", 1, on(func(*retail.Listing) {}))
	f("a price that is nearly the list's", 0, on(func(l *retail.Listing) { l.Price = 901 }))
	f("just enough", 1, on(func(l *retail.Listing) { l.Price = 900 }))
	f("a higher price", 0, on(func(l *retail.Listing) { l.Price = 1200 }))
	f("no price of its own", 0, on(func(l *retail.Listing) { l.Priced = false }))
	f("not sold there", 0, on(func(l *retail.Listing) { l.Listed, l.Priced = false, false }))
	f("over", 0, on(func(l *retail.Listing) { l.Until = now }))
	f("not yet", 0, on(func(l *retail.Listing) { l.From = now.Add(1) }))
	f("a closed store", 0, on(func(l *retail.Listing) { l.Store = 2 }))
	f("not sold at tills", 0, on(func(l *retail.Listing) { l.SKU = 2 }))
	f("no longer sold", 0, on(func(l *retail.Listing) { l.SKU = 3 }))
	f("unknown", 0, on(func(l *retail.Listing) { l.SKU = 4 }))
	f("blocked with its category", 0, under(retail.MerchandisingRule{Category: "coats"}))
	f("another category blocked", 1, under(retail.MerchandisingRule{Category: "tea"}))
	f("blocked by brand and tag", 0, under(retail.MerchandisingRule{Brand: "b", Tags: 1 << retail.Hot}))
	f("another tag blocked", 1, under(retail.MerchandisingRule{Brand: "b", Tags: 1 << retail.New}))
	f("blocked here", 0, under(retail.MerchandisingRule{Store: 1, SKU: 1}))
	f("blocked elsewhere", 1, under(retail.MerchandisingRule{Store: 2, SKU: 1}))
	f("blocked in the cart alone", 1, under(retail.MerchandisingRule{SKU: 1, Scenes: 1 << retail.CartScene}))
	f("blocked no longer", 1, under(retail.MerchandisingRule{SKU: 1, Window: retail.Window{Until: now}}))
	want := push.Special{SKU: 1, Price: 800, List: 1000}
	if got := todaysSpecials(shop(), nil, 0)[retail.StockKey{Store: 1, SKU: 1}]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
