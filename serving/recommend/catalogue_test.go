package recommend_test

import (
	"testing"
	"time"

	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/serving/recommend"
)

func TestCatalogueAloneIsServedFromTheNewest(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	category := func(code, parent string) retail.Category {
		return retail.Category{Code: code,
			Parent: parent}
	}
	sku := func(id retail.SKUID, code, in, brand string, tags ...retail.TimedTag) retail.SKU {
		return retail.SKU{ID: id, Code: code, Name: code, Category: category(in, ""), Brand: brand,
			Price:  1_000,
			Active: true, Tags: tags}
	}
	past := retail.TimedTag{Tag: retail.New, Window: retail.Window{Until: at}}
	s := recommend.FromCatalogue(1, recommend.Catalogue{At: at,
		Categories: []retail.Category{category("milk", "food"), category("food", ""), category("tea",
			"drink"),
			category("drink", "food"), category("a", "b"), category("b", "a")},
		SKUs: []retail.SKU{sku(30, "T", "tea", ""), sku(10, "M", "milk", "Wei", past),
			sku(20, "N", "none", "Wei", retail.TimedTag{Tag: retail.Hot})},
		Stores: []retail.Store{{ID: 5}, {ID: 4, Services: retail.ServicesOf(retail.Pickup)}},
		Listings: []retail.Listing{{Store: 4, SKU: 30, Listed: true, Priced: true, Price: 700},
			{Store: 5, SKU: 10, Listed: true, Priced: true, Price: 1,
				Window: retail.Window{Until: at}}, {Store: 5, SKU: 20}, {Store: 9, SKU: 10, Listed: true,
				Priced: true}}})
	if err := s.Prepare(); err != nil {
		t.Fatal(err)
	}
	blend := recommend.DefaultBlend()
	f := func(want string, change func(*recommend.Query)) {
		t.Helper()
		q := recommend.Query{Store: 1, Stock: recommend.NewBits(3), Limit: 9, Filter: recommend.FilterNone(),
			Blend: &blend}
		for item := range int32(3) {
			q.Stock.Set(item, true)
		}
		change(&q)
		got := ""
		for _, p := range rank(s, &q).Picks {
			got += s.Items.Code[p.Item]
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	in := func(code string) func(*recommend.Query) {
		return func(q *recommend.Query) {
			q.Filter.From, _ = s.Category([]byte(code))
			q.Filter.To = s.Categories.End[q.Filter.From]
		}
	}
	f("TNM", func(*recommend.Query) {})
	f("TM", in("food"))
	f("T", in("drink"))
	f("", in("a"))
	f("NM", func(q *recommend.Query) { q.Filter.Brand, _ = s.Brand([]byte("Wei")) })
	f("N", func(q *recommend.Query) { q.Filter.Tags = 1 << retail.Hot })
	f("", func(q *recommend.Query) { q.Filter.Tags = 1 << retail.New })
	f("T", func(q *recommend.Query) { q.Filter.MaxFen = 700 })
	f("", func(q *recommend.Query) { q.Filter.MaxFen, q.Store = 700, 0 })
	if s.Sells(0, 1) || !s.Sells(1, 1) || !s.Sells(0, 0) {
		t.Error("a store sells what it does not list, or not what it lists")
	}
	if s.Reaches(1, retail.Express, nil, 0) || !s.Reaches(1, retail.Pickup, nil, 0) ||
		!s.Reaches(0, retail.Express, nil, 0) {
		t.Error("a store hands over in ways that it does not offer, or does not in those that it does")
	}
	if s.Reaches(0, retail.SameCity, &retail.Point{Latitude: 1}, 3_000) ||
		!s.Reaches(0, retail.SameCity, &retail.Point{Latitude: .02}, 3_000) {
		t.Error("delivery within the city knows no distance")
	}
}
