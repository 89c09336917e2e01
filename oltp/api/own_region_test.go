package api_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestRegionsEditTheirOwnStores lets the manager of the west, who sees B and C, change stores.
func TestRegionsEditTheirOwnStores(t *testing.T) {
	h := build(t)
	var west wire.Session
	h.ask(t, "", "POST", "/v1/login", `{"user":"west","password":"west"}`).into(t, &west)
	as := []string{"Authorization", "Bearer " + west.Token}

	a := h.storesNow(t)[0]
	var out wire.MergedRows
	h.ask(t, "", "PUT", "/v1/stores", `{"stores":[
		{"code":"B","region":"west","city":"成都"},
		{"code":"A","region":"west","city":"成都"},
		{"code":"A","region":"east","city":"成都"},
		{"code":"C","region":"east"},
		{"code":"D","region":"west","name":"新店"},
		{"code":"E","region":"nowhere"}]}`, as...).into(t, &out)
	f := func(i int, outcome, location, reason string) {
		t.Helper()
		r := out.Results[i]
		if r.Outcome != outcome || (r.Problem == nil) != (location == "") || r.Problem != nil &&
			!(answer{problem: *r.Problem}).says(location, reason) {
			t.Errorf("row %d: got %s %v, want %s: %s %s", i, r.Outcome, r.Problem, outcome, location, reason)
		}
	}
	f(0, "updated", "", "")
	f(1, "refused", "body.stores[1].code", "outside your regions")
	f(2, "refused", "body.stores[2].code", "outside your regions")
	f(3, "refused", "body.stores[3].region", "none of your regions")
	f(4, "created", "", "")
	f(5, "refused", "body.stores[5].region", "none of your regions")

	const file = "code,city,region\nB,绵阳,\nA,绵阳,\nA,绵阳,west\nF,绵阳,west\nG,绵阳,east\nC,绵阳,west\n"
	want := []string{`2 B refused region ""`, `3 A refused code "A"`, `4 A refused code "A"`, "5 F created",
		`6 G refused region "east"`, "7 C updated"}
	for _, query := range []string{"?dry_run=true", ""} {
		var report wire.ImportReport
		h.ask(t, "", "POST", importPath+query, file,
			append(as, "Content-Type", "text/csv")...).into(t, &report)
		if got := lines(report); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	after := h.storesNow(t)
	if !reflect.DeepEqual(after[0], a) {
		t.Errorf("store A was %+v, and is %+v", a, after[0])
	}
	for role, status := range map[staff.Role]int{staff.StoreManager: 403, staff.HQAnalyst: 403} {
		a := h.ask(t, role, "PUT", "/v1/stores", `{"stores":[{"code":"A","region":"east"}]}`)
		if a.status != status {
			t.Errorf("%s: got %d %s", role, a.status, a.text)
		}
	}

	// A store that headquarters takes away is out of reach at once, whatever the token says.
	merged(t, "stores")(h.hq.PutStores(t.Context(), []wire.Store{{Code: "B", Region: "east"}}))
	h.ask(t, "", "PUT", "/v1/stores", `{"stores":[{"code":"B","region":"west"}]}`, as...).into(t, &out)
	f(0, "refused", "body.stores[0].code", "outside your regions")
}

// TestStoresExplainTheirDiscounts sells below the list as roles that are bound to stores, and as HQ.
func TestStoresExplainTheirDiscounts(t *testing.T) {
	h := build(t)
	f := func(role staff.Role, line string, status int, location, reason, value string) {
		t.Helper()
		body := `{"store":"A","channel":"till","paid":true,"lines":[{"sku":"2","qty":1},` + line + `]}`
		for _, path := range []string{"/v1/price", "/v1/orders"} {
			a := h.ask(t, role, "POST", path, body)
			want := status
			if path == "/v1/price" && status == 201 {
				want = 200
			}
			if a.status != want || location != "" && (!a.says(location, reason) ||
				string(a.problem.Errors[0].Value) != value) {
				t.Errorf("%s %s %s: got %d %s, want %d %s %s", role, path, line, a.status, a.text, want,
					location, reason)
			}
		}
	}
	const bare, why = `{"sku":"1","qty":1,"discount":0.5}`, `{"sku":"1","qty":1,"discount":0.5,"reason":"dented"}`
	for _, role := range []staff.Role{staff.StoreManager, staff.RegionManager} {
		f(role, bare, 422, "body.lines[1].discount", "needs a reason", "0.50")
		f(role, why, 201, "", "", "")
		f(role, `{"sku":"1","qty":1,"unit_price":12}`, 422, "body.lines[1].unit_price", "than the list's 12.50",
			"12.00")
		f(role, `{"sku":"1","qty":1,"unit_price":12,"reason":"matched"}`, 201, "", "", "")
		f(role, `{"sku":"1","qty":1,"discount":0.5,"coupon_discount":0.5}`, 201, "", "", "")
	}
	f(staff.HQAdmin, bare, 201, "", "", "")
	f(staff.Storefront, bare, 403, "body.lines[1].discount", "needs a role", "0.50")
}
