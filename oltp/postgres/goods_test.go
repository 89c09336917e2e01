package postgres_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/catalogue"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

func category(code, parent string) retail.Category {
	return retail.Category{Code: code, Parent: parent}
}

func TestCategoryTree(t *testing.T) {
	s := openShop(t, 1, 1)
	put := func(want string, rows ...retail.Category) {
		t.Helper()
		results, err := s.dir.PutCategories(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for i, r := range results {
			var bad *catalogue.Invalid
			if r.Err != nil && !errors.As(r.Err, &bad) {
				t.Fatal(r.Err)
			}
			got = append(got, rows[i].Code+" "+r.Outcome.String())
		}
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("got %s, want %s", text, want)
		}
	}
	put("leaf created, mid created, top created", category("leaf", "mid"), category("mid", "top"),
		category("top", ""))
	put("leaf unchanged", category("leaf", "mid"))
	put("top refused", category("top", "leaf"))
	put("x refused, y created", category("x", "nowhere"), category("y", "top"))
	put("a refused, b refused", category("a", "b"), category("b", "a"))
	put("self refused", category("self", "self"))
	put("y updated", category("y", ""))
	var chain []retail.Category
	var want []string
	for i := range 10 {
		parent := ""
		if i > 0 {
			parent = fmt.Sprint("d", i-1)
		}
		chain = append(chain, category(fmt.Sprint("d", i), parent))
		want = append(want, fmt.Sprintf("d%d %s", i, map[bool]string{true: "created",
			false: "refused"}[i < retail.MaxCategoryDepth]))
	}
	put(strings.Join(want, ", "), chain...)
	put("d0 refused", category("d0", "top"))
	below, err := s.db.Catalogue().Categories(t.Context(), "top", "", 10)
	if err != nil || len(below) != 1 || below[0].Code != "mid" || below[0].Version != 1 {
		t.Errorf("below top: %+v, %v", below, err)
	}
}

// coat is a SKU with everything that a SKU can have.
func coat() retail.SKU {
	return retail.SKU{Code: "coat-42", Name: "轻薄羽绒服", NameEN: "Down jacket", Brand: "北屿",
		Category: retail.Category{Code: "tea"}, Price: 49_900, Cost: 20_000, Active: true,
		Style: "coat", Colour: "海军蓝", Size: "42", SizeSystem: "EU", SizeOrder: 3, OnlineOnly: true,
		Pack: 6, Barcode: "6901234567892", Tags: []retail.TimedTag{
			{Tag: retail.Limited, Window: retail.Window{Until: now}},
			{Tag: retail.New, Window: retail.Window{From: now, Until: now.Add(time.Hour)}}}}
}

func TestProductsBelongToStyles(t *testing.T) {
	s := openShop(t, 1, 2)
	ask[string](t, s.dsn, "SELECT pg_create_logical_replication_slot('look', 'pgoutput')::text")
	style := retail.Style{Code: "coat", Category: retail.Category{Code: "tea"}, Brand: "北屿",
		Season: "2026-AW", Active: true}
	mustPut(t)(s.dir.PutStyles(t.Context(), []retail.Style{style}))
	id := mustPut(t)(s.dir.PutProducts(t.Context(), []retail.SKU{coat()}))[0].ID
	got, ok := s.dir.SKUByID(retail.SKUID(id))
	want := coat()
	slices.Reverse(want.Tags)
	want.Season = "2026-AW"
	if !ok || got.Style != "coat" || got.StyleID == 0 || got.Colour != want.Colour || got.Pack != 6 ||
		got.Size != "42" || got.SizeSystem != "EU" || got.SizeOrder != 3 || got.Season != want.Season ||
		!got.OnlineOnly || got.Barcode != want.Barcode || !slices.Equal(got.Tags, want.Tags) {
		t.Errorf("kept as %+v", got)
	}
	style.Season = "2027-SS"
	mustPut(t)(s.dir.PutStyles(t.Context(), []retail.Style{style}))
	if got, _ := s.dir.SKUByID(retail.SKUID(id)); got.Season != "2027-SS" || got.Version != 2 {
		t.Errorf("after the style's change: %+v", got)
	}
	plain := coat()
	plain.Style, plain.Barcode = "", ""
	mustPut(t)(s.dir.PutProducts(t.Context(), []retail.SKU{plain}))
	if got, _ := s.dir.SKUByID(retail.SKUID(id)); got.StyleID != 0 || got.Season != "" || got.Version != 3 {
		t.Errorf("after it left the style: %+v", got)
	}
	var seasons []string
	for _, m := range facts(t, s.dsn, "look") {
		switch m := m.(type) {
		case *event.StyleChanged:
			seasons = append(seasons, "style "+m.Season)
		case *event.ProductChanged:
			seasons = append(seasons, fmt.Sprint(m.StyleCode, " ", m.Season, " ", len(m.Tags)))
		}
	}
	if text := strings.Join(seasons, ", "); text != "style 2026-AW, coat 2026-AW 2, style 2027-SS, "+
		"coat 2027-SS 2,   2" {
		t.Errorf("told of %s", text)
	}
}

func TestProductsAreRefusedAlone(t *testing.T) {
	s := openShop(t, 1, 1)
	mustPut(t)(s.dir.PutStyles(t.Context(), []retail.Style{{Code: "coat",
		Category: retail.Category{Code: "tea"}}}))
	mustPut(t)(s.dir.PutProducts(t.Context(), []retail.SKU{coat()}))
	change := func(field string, f func(*retail.SKU)) (string, retail.SKU) {
		c := coat()
		c.Code, c.Barcode = "other-"+field, ""
		f(&c)
		return field, c
	}
	var fields []string
	var rows []retail.SKU
	add := func(field string, c retail.SKU) { fields, rows = append(fields, field), append(rows, c) }
	add(change("style", func(c *retail.SKU) { c.Style = "nowhere" }))
	add(change("barcode", func(c *retail.SKU) { c.Barcode = coat().Barcode }))
	add(change("pack", func(c *retail.SKU) { c.Pack = -1 }))
	add(change("size", func(c *retail.SKU) { c.Size = "" }))
	add(change("off_season", func(c *retail.SKU) { c.OffSeason = true }))
	add(change("tags", func(c *retail.SKU) { c.Tags = append(c.Tags, c.Tags[0]) }))
	add(change("colour", func(c *retail.SKU) { c.Colour = strings.Repeat("x", 33) }))
	results, err := s.dir.PutProducts(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		var bad *catalogue.Invalid
		if !errors.As(r.Err, &bad) || bad.Field != fields[i] {
			t.Errorf("row %d: %v, want a complaint about %s", i, r.Err, fields[i])
		}
	}
}

func TestListsFilterGoods(t *testing.T) {
	s := openShop(t, 1, 0)
	ctx := t.Context()
	mustPut(t)(s.dir.PutCategories(ctx, []retail.Category{category("wear", ""), category("coats", "wear"),
		category("down", "coats")}))
	mustPut(t)(s.dir.PutStyles(ctx, []retail.Style{{Code: "coat", Season: "AW",
		Category: retail.Category{Code: "down"}}}))
	blue, plain := coat(), retail.SKU{Code: "tea-1", Name: "龙井茶", NameEN: "Longjing 100% tea",
		Category: retail.Category{Code: "tea"}, Active: true}
	blue.Category.Code = "down"
	mustPut(t)(s.dir.PutProducts(ctx, []retail.SKU{blue, plain}))
	f := func(want string, filter catalogue.Filter) {
		t.Helper()
		filter.At = now
		found, err := s.db.Catalogue().Products(ctx, filter, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range found {
			got = append(got, p.Code)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%+v finds %q, want %q", filter, text, want)
		}
	}
	f("coat-42 tea-1", catalogue.Filter{})
	f("coat-42", catalogue.Filter{Category: "wear"})
	f("tea-1", catalogue.Filter{Category: "tea"})
	f("", catalogue.Filter{Category: "wear", Brand: "青禾"})
	f("coat-42", catalogue.Filter{Brand: "北屿", Season: "AW", Style: "coat", Barcode: "6901234567892"})
	f("coat-42", catalogue.Filter{Tag: retail.New})
	f("", catalogue.Filter{Tag: retail.Limited})
	f("", catalogue.Filter{Tag: retail.Hot})
	f("coat-42", catalogue.Filter{Text: "羽绒"})
	f("coat-42", catalogue.Filter{Text: "DOWN j"})
	f("tea-1", catalogue.Filter{Text: "0% t"})
	f("", catalogue.Filter{Text: "绒羽"})
	f("tea-1", catalogue.Filter{Text: "a-1"})
	styles, err := s.db.Catalogue().Styles(ctx, catalogue.Filter{Category: "coats"}, "", 10)
	if err != nil || len(styles) != 1 || styles[0].Code != "coat" {
		t.Errorf("styles below coats: %+v, %v", styles, err)
	}
}
