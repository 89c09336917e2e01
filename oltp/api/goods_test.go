package api_test

import (
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// wear fills the house with a tree of categories, a style and its SKUs.
func (h *house) wear(t testing.TB) {
	t.Helper()
	merged(t, "categories")(h.hq.PutCategories(t.Context(), []wire.Category{{Code: "coats", Parent: "wear"},
		{Code: "wear", Name: "服装", NameEN: "Wear"}}))
	merged(t, "styles")(h.hq.PutStyles(t.Context(), []wire.Style{{Code: "parka", Name: "派克大衣",
		Category: "coats", Brand: "北屿", Season: "2026-AW"}}))
	merged(t, "products")(h.hq.PutProducts(t.Context(), []wire.Product{
		{Code: "p-40", Name: "派克大衣 40", Category: "coats", Brand: "北屿", Price: 79_900, Style: "parka",
			Size: "40", SizeSystem: "EU", SizeOrder: 1, Barcode: "4006381333931",
			Tags: []wire.Tag{{Tag: "new"}}},
		{Code: "p-42", Name: "派克大衣 42", Category: "coats", Brand: "北屿", Price: 79_900, Style: "parka",
			Size: "42", SizeSystem: "EU", SizeOrder: 2}}))
}

func TestGoodsLists(t *testing.T) {
	h := build(t)
	h.wear(t)
	f := func(query, want string) {
		t.Helper()
		var page wire.Page[wire.Product]
		h.ask(t, staff.HQAnalyst, "GET", "/v1/products?"+query, "").into(t, &page)
		var codes []string
		for _, p := range page.Items {
			codes = append(codes, p.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	f("", "1 2 9 p-40 p-42")
	f("category=wear", "p-40 p-42")
	f("category=dairy", "1 2 9")
	f("style=parka&tag=new", "p-40")
	f("barcode=4006381333931", "p-40")
	f("season=2026-AW&brand=%E5%8C%97%E5%B1%BF&limit=1", "p-40")
	f("q=%E6%B4%BE%E5%85%8B", "p-40 p-42")
	f("category=nowhere", "")

	var page wire.Page[wire.Product]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/products?category=wear&limit=1", "").into(t, &page)
	next := page.Next
	page = wire.Page[wire.Product]{}
	h.ask(t, staff.HQAnalyst, "GET", "/v1/products?category=wear&limit=1&cursor="+next, "").into(t, &page)
	if len(page.Items) != 1 || page.Items[0].Code != "p-42" || page.Items[0].Season != "2026-AW" ||
		page.Next != "" {
		t.Errorf("the second page is %+v", page)
	}
	var styles wire.Page[wire.Style]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/styles?category=wear", "").into(t, &styles)
	var below wire.Page[wire.Category]
	h.ask(t, staff.HQAnalyst, "GET", "/v1/categories?parent=wear", "").into(t, &below)
	if len(styles.Items) != 1 || styles.Items[0].Code != "parka" || len(below.Items) != 1 ||
		below.Items[0].Parent != "wear" {
		t.Errorf("got %+v and %+v", styles, below)
	}
}

func TestBadGoods(t *testing.T) {
	h := build(t)
	h.wear(t)
	f := func(method, path, body string, status int, location, reason string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, method, path, body)
		if a.status != status || !a.says(location, reason) {
			t.Errorf("%s %s %s: got %d %s", method, path, body, a.status, a.text)
		}
	}
	f("GET", "/v1/products?q=x", "", 422, "query.q", "less than 2")
	f("GET", "/v1/products?q=x%00y", "", 422, "query.q", "zero byte")
	f("GET", "/v1/styles?brand=%ff", "", 422, "query.brand", "UTF-8")
	f("GET", "/v1/categories?parent=%00", "", 422, "query.parent", "zero byte")
	f("GET", "/v1/products?tag=cold", "", 422, "query.tag", "")
	row := func(list, fields, location, reason string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, "PUT", "/v1/"+list, `{"`+list+`":[{"code":"z","category":"coats",`+fields+`}]}`)
		var rows struct {
			Results []struct{ Problem wire.Problem }
		}
		a.intoLoose(t, &rows)
		a.problem = rows.Results[0].Problem
		if !a.says("body."+list+"[0]."+location, reason) {
			t.Errorf("%s %s: got %s", list, fields, a.text)
		}
	}
	row("products", `"style":"nowhere"`, "style", "does not exist")
	row("products", `"barcode":"4006381333931"`, "barcode", "of SKU p-40")
	row("products", `"tags":[{"tag":"cold"}]`, "tags[0].tag", "one of hot")
	row("products", `"tags":[{"tag":"hot","from":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}]`,
		"tags", "before it begins")
	row("products", `"online_only":true,"off_season":true`, "off_season", "no channel")
	row("products", `"pack":-1`, "pack", "from 0")
	row("styles", `"season":"`+strings.Repeat("x", 33)+`"`, "season", "at most 32")
	if a := h.ask(t, staff.StoreManager, "PUT", "/v1/styles", `{"styles":[{"code":"z","category":"coats"}]}`); a.status != 403 {
		t.Errorf("a store manager puts styles: %d %s", a.status, a.text)
	}
}
