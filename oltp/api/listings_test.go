package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// list puts listings, which must all be taken.
func (h *house) list(t testing.TB, rows ...string) {
	t.Helper()
	var out wire.MergedRows
	h.ask(t, staff.HQAdmin, "PUT", "/v1/listings", `{"listings":[`+strings.Join(rows, ",")+`]}`).into(t, &out)
	if out.Failed > 0 {
		t.Fatalf("cannot put %v: %+v", rows, out)
	}
}

func (h *house) price(t testing.TB, sku, price string) {
	t.Helper()
	h.ask(t, staff.HQAdmin, "PUT", "/v1/products",
		`{"products":[{"code":"`+sku+`","category":"dairy","price":`+price+`}]}`)
}

func TestStorePrices(t *testing.T) {
	h := build(t)
	h.list(t, `{"store":"A","sku":"1","price":11.00}`, `{"store":"B","sku":"2","unlisted":true}`,
		`{"store":"A","sku":"2","price":1.00,"until":"2020-01-01T00:00:00Z"}`)
	f := func(role staff.Role, body string, status int, want string) {
		t.Helper()
		for _, path := range []string{"/v1/price", "/v1/orders"} {
			a := h.ask(t, role, "POST", path, body)
			if a.status/100 != status/100 || status >= 300 && a.status != status ||
				!strings.Contains(string(a.text), want) {
				t.Errorf("%s %s: got %d %s, want %d with %s", path, body, a.status, a.text, status, want)
			}
		}
	}
	f(staff.Storefront, `{"store":"A","lines":[{"sku":"1","qty":2}]}`, 200, `"net":22.00`)
	f(staff.Storefront, `{"store":"B","lines":[{"sku":"1","qty":2}]}`, 200, `"net":25.00`)
	f(staff.Storefront, `{"store":"A","lines":[{"sku":"2","qty":1}]}`, 200, `"net":3.00`)
	f(staff.Storefront, `{"store":"A","placed_at":"2019-06-01T00:00:00Z","lines":[{"sku":"2","qty":1}]}`, 200,
		`"net":1.00`)
	f(staff.Storefront, `{"store":"A","lines":[{"sku":"1","qty":1,"unit_price":12.50}]}`, 403,
		"not the store's price of 11.00")
	f(staff.Storefront, `{"store":"B","lines":[{"sku":"2","qty":1}]}`, 422, "not sold by this store")
	f(staff.HQAdmin, `{"store":"B","lines":[{"sku":"2","qty":1}]}`, 422, "not sold by this store")
	f(staff.HQAdmin, `{"store":"B","lines":[{"sku":"2","qty":1,"reason":"last one"}]}`, 200, `"net":3.00`)
	f(staff.HQAdmin, `{"store":"B","channel":"web","lines":[{"sku":"2","qty":1,"reason":"x"}]}`, 422,
		"not sold by this store")
	f(staff.HQAdmin, `{"store":"A","lines":[{"sku":"1","qty":1,"discount":0.5,"reason":"dented"}]}`, 200,
		`"net":10.50`)
	f(staff.HQAnalyst, `{"store":"A","lines":[{"sku":"1","qty":1}]}`, 403, "does not cover")
	f(staff.HQAdmin, `{"store":"A","lines":[{"sku":"1","qty":0}]}`, 422, "at least 1")
	f(staff.HQAdmin, `{"store":"Z","lines":[{"sku":"1","qty":1}]}`, 422, "not a known store")

	var dented wire.Placed
	h.ask(t, staff.HQAdmin, "POST", "/v1/orders", `{"store":"A","lines":[{"sku":"2","qty":1},
		{"sku":"1","qty":1,"discount":0.5,"reason":"dented"}]}`).into(t, &dented)
	view, err := h.hq.Order(t.Context(), dented.ID)
	if err != nil || len(view.Grants) != 1 || view.Grants[0] != (wire.Grant{Line: 2, ListPrice: 1100,
		By: string(staff.HQAdmin), Reason: "dented"}) {
		t.Errorf("granted: %+v, %v", view, err)
	}

	var offers wire.Page[wire.Offer]
	h.ask(t, staff.Storefront, "GET", "/v1/stores/A/products?limit=1", "").into(t, &offers)
	if len(offers.Items) != 1 || offers.Items[0].StorePrice != wire.Of(1100) || offers.Items[0].Cost != 0 {
		t.Errorf("A sells %+v", offers)
	}
	next := offers.Next
	offers = wire.Page[wire.Offer]{}
	h.ask(t, staff.Storefront, "GET", "/v1/stores/A/products?cursor="+next, "").into(t, &offers)
	if len(offers.Items) != 1 || offers.Items[0].Code != "2" || offers.Items[0].StorePrice.Given {
		t.Errorf("A sells further %+v", offers)
	}
	h.ask(t, staff.HQAnalyst, "GET", "/v1/stores/B/products", "").into(t, &offers)
	if len(offers.Items) != 1 || offers.Items[0].Code != "1" {
		t.Errorf("B sells %+v", offers)
	}
}

func TestListingsKeepToTheirStores(t *testing.T) {
	h := build(t)
	a := h.ask(t, staff.StoreManager, "PUT", "/v1/listings", `{"listings":[
		{"store":"A","sku":"1","price":11},{"store":"B","sku":"1","price":11},{"store":"A","sku":"1"},
		{"store":"A","sku":"2","unlisted":true,"price":1},{"store":"A","sku":"nope"},{"store":"A","sku":"2",
		"from":"2026-01-02T00:00:00Z","until":"2026-01-01T00:00:00Z"}]}`)
	var out struct {
		Results []struct {
			Outcome string
			Problem wire.Problem
		}
	}
	a.intoLoose(t, &out)
	for i, want := range []string{"", "store", "sku", "price", "sku", "until"} {
		r := out.Results[i]
		if want == "" && r.Outcome != "created" || want != "" && (len(r.Problem.Errors) == 0 ||
			r.Problem.Errors[0].Location != fmt.Sprintf("body.listings[%d].%s", i, want)) {
			t.Errorf("row %d: got %+v, want a complaint about %q", i, r, want)
		}
	}
	if a := h.ask(t, staff.Storefront, "PUT", "/v1/listings", `{"listings":[{"store":"A","sku":"1"}]}`); a.status != 403 {
		t.Errorf("a storefront lists: %d", a.status)
	}
	if a := h.ask(t, staff.StoreManager, "GET", "/v1/stores/B/products", ""); a.status != 404 {
		t.Errorf("the manager of A sees B: %d %s", a.status, a.text)
	}
}

// TestFirstAnswerStands repeats orders under their keys after everything about their prices has changed.
func TestFirstAnswerStands(t *testing.T) {
	h := build(t)
	bodies := map[string]string{
		"default": `{"store":"A","lines":[{"sku":"1","qty":2}]}`,
		"named":   `{"store":"A","lines":[{"sku":"1","qty":2,"unit_price":12.50}]}`,
		"mixed":   `{"store":"A","lines":[{"sku":"1","qty":1},{"sku":"2","qty":1,"gross":3.00}]}`,
	}
	row := func(key, body string) string { return `{"idempotency_key":"` + key + `",` + body[1:] }
	bulk := `{"orders":[` + row("r1", bodies["default"]) + `,` + row("r2", bodies["named"]) + `]}`
	first := map[string]string{}
	for key, body := range bodies {
		a := h.ask(t, staff.Storefront, "POST", "/v1/orders", body, "Idempotency-Key", key)
		if first[key] = string(a.text); a.status != 201 {
			t.Fatalf("%s: %d %s", key, a.status, a.text)
		}
	}
	var rows wire.Rows
	h.ask(t, staff.Storefront, "POST", "/v1/orders/bulk", bulk).into(t, &rows)
	again := func(after string) {
		t.Helper()
		for key, body := range bodies {
			a := h.ask(t, staff.Storefront, "POST", "/v1/orders", body, "Idempotency-Key", key)
			want := strings.TrimSuffix(first[key], "}") + `,"replayed":true}`
			if a.status != 200 || string(a.text) != want {
				t.Errorf("%s, %s: got %d %s, want %s", after, key, a.status, a.text, want)
			}
		}
		var repeated wire.Rows
		h.ask(t, staff.Storefront, "POST", "/v1/orders/bulk", bulk).into(t, &repeated)
		for i, r := range repeated.Results {
			if r.Status != 200 || r.Order.ID != rows.Results[i].Order.ID || r.Order.Net != 2500 {
				t.Errorf("%s, row %d: got %+v", after, i, r)
			}
		}
	}
	again("at once")
	h.price(t, "1", "14.00")
	again("after a change of the price")
	h.list(t, `{"store":"A","sku":"1","price":9.99}`)
	again("after the store set a price of its own")
	h.list(t, `{"store":"A","sku":"1","unlisted":true}`)
	again("after the store took it out")
	other := strings.Replace(bodies["named"], `"qty":2`, `"qty":3`, 1)
	a := h.ask(t, staff.Storefront, "POST", "/v1/orders", other, "Idempotency-Key", "named")
	if a.status != 409 {
		t.Errorf("another body under the key: %d %s", a.status, a.text)
	}
	fresh := h.ask(t, staff.Storefront, "POST", "/v1/orders", bodies["default"], "Idempotency-Key", "new")
	if fresh.status != 422 || !fresh.says("body.lines[0].sku", "not sold by this store") {
		t.Errorf("a new order: %d %s", fresh.status, fresh.text)
	}
}
