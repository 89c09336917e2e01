package api_test

import (
	"fmt"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestScopes tries the doors of other people's stores. In this house the managers run store A only.
func TestScopes(t *testing.T) {
	h := build(t)
	sell := func(store, key string) int64 {
		t.Helper()
		p, err := h.hq.PlaceOrder(t.Context(), key, &wire.Order{Store: store,
			Lines: []wire.OrderLine{{SKU: "1", Qty: 1}}})
		if err != nil {
			t.Fatal(err)
		}
		return p.ID
	}
	ours, theirs := sell("A", "a"), sell("B", "b")
	f := func(role staff.Role, method, path, body string, status int) answer {
		t.Helper()
		a := h.ask(t, role, method, path, body)
		if a.status != status {
			t.Errorf("%s %s %s %s: got %d %s, want %d", role, method, path, body, a.status, a.text, status)
		}
		return a
	}
	order := func(store string) string {
		return fmt.Sprintf(`{"store":%q,"lines":[{"sku":"1","qty":1}]}`, store)
	}
	for _, manager := range []staff.Role{staff.RegionManager, staff.StoreManager} {
		f(manager, "POST", "/v1/orders", order("A"), 201)
		foreign := f(manager, "POST", "/v1/orders", order("B"), 403)
		unknown := f(manager, "POST", "/v1/orders", order("Z"), 403)
		if foreign.problem.Errors[0].Reason != unknown.problem.Errors[0].Reason {
			t.Errorf("a foreign store is told from an unknown one: %s, %s", foreign.text, unknown.text)
		}
		f(manager, "GET", fmt.Sprintf("/v1/orders/%d", ours), "", 200)
		f(manager, "GET", fmt.Sprintf("/v1/orders/%d", theirs), "", 404)
		f(manager, "POST", fmt.Sprintf("/v1/orders/%d/pay", theirs), "{}", 404)
		f(manager, "POST", fmt.Sprintf("/v1/orders/%d/refund", theirs), "{}", 404)
		f(manager, "POST", "/v1/refunds", fmt.Sprintf(`{"order":%d}`, theirs), 403)
		f(manager, "POST", "/v1/refunds", fmt.Sprintf(`{"order":%d,"store":"A"}`, theirs), 403)
		f(manager, "GET", "/v1/stock/A/1", "", 200)
		f(manager, "GET", "/v1/stock/B/1", "", 404)
		f(manager, "PUT", "/v1/regions", `{"regions":[{"code":"x"}]}`, 403)
		f(manager, "GET", "/v1/members", "", 403)
		var stores wire.Page[wire.Store]
		if f(manager, "GET", "/v1/stores", "", 200).into(t, &stores); len(stores.Items) != 1 {
			t.Errorf("%s sees %d stores, want 1", manager, len(stores.Items))
		}
		var rows wire.StockRows
		f(manager, "POST", "/v1/stock/moves", `{"moves":[
			{"idempotency_key":"x","store":"B","sku":"1","kind":"receive","qty":1}]}`, 200).into(t, &rows)
		if rows.Results[0].Status != 403 {
			t.Errorf("%s moves foreign stock: %+v", manager, rows.Results[0])
		}
	}
	f(staff.HQAnalyst, "GET", fmt.Sprintf("/v1/orders/%d", theirs), "", 200)
	f(staff.HQAnalyst, "POST", "/v1/orders", order("A"), 403)
	f(staff.HQAnalyst, "POST", "/v1/stock/moves", `{}`, 403)
	f(staff.HQAnalyst, "PUT", "/v1/products", `{}`, 403)
	f("", "POST", "/v1/orders", order("A"), 401)
	f("", "GET", "/v1/stores", "", 401)
}

// TestStorefrontSellsAtCataloguePrices lets a channel sell for every store, and set no price.
func TestStorefrontSellsAtCataloguePrices(t *testing.T) {
	h := build(t)
	f := func(line string, status int, location string) {
		t.Helper()
		a := h.ask(t, staff.Storefront, "POST", "/v1/orders", `{"store":"B","lines":[{"sku":"1",`+line+`}]}`)
		if a.status != status || location != "" && !a.says(location, "") {
			t.Errorf("%s: got %d %s, want %d at %s", line, a.status, a.text, status, location)
		}
	}
	f(`"qty":2`, 201, "")
	f(`"qty":2,"unit_price":12.50,"gross":25`, 201, "")
	f(`"qty":2,"unit_price":0.01`, 403, "body.lines[0].unit_price")
	f(`"qty":2,"gross":0.02`, 403, "body.lines[0].unit_price")
	f(`"qty":2,"discount":1`, 403, "body.lines[0].discount")
	f(`"qty":0,"kind":"adjustment","gross":-5`, 403, "body.lines[0].kind")
	placed := h.ask(t, staff.Storefront, "POST", "/v1/orders", `{"store":"A","lines":[{"sku":"2","qty":1}]}`)
	var p wire.Placed
	placed.into(t, &p)
	for _, try := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", fmt.Sprintf("/v1/orders/%d/pay", p.ID), `{"payment_method":"wechat"}`, 200},
		{"POST", fmt.Sprintf("/v1/orders/%d/refund", p.ID), `{}`, 403},
		{"GET", fmt.Sprintf("/v1/orders/%d", p.ID), "", 403},
		{"GET", "/v1/stock/A/2", "", 200},
		{"GET", "/v1/stores", "", 403},
	} {
		if a := h.ask(t, staff.Storefront, try.method, try.path, try.body); a.status != try.status {
			t.Errorf("%s %s: got %d %s, want %d", try.method, try.path, a.status, a.text, try.status)
		}
	}
}
