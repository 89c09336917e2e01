package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

const rules = "/v1/merchandising-rules"

// rule adds a rule, which must be taken.
func (h *house) rule(t testing.TB, role staff.Role, body string, headers ...string) wire.RuleView {
	t.Helper()
	var v wire.RuleView
	a := h.ask(t, role, "POST", rules, body, headers...)
	if a.into(t, &v); a.header.Get("ETag") != fmt.Sprintf(`"%d"`, v.Version) {
		t.Errorf("rule %d has ETag %s at version %d", v.ID, a.header.Get("ETag"), v.Version)
	}
	return v
}

func (h *house) rules(t testing.TB, role staff.Role, query string) (ids []int64) {
	t.Helper()
	var page wire.Page[wire.RuleView]
	h.ask(t, role, "GET", rules+query, "").into(t, &page)
	for _, r := range page.Items {
		ids = append(ids, r.ID)
	}
	return ids
}

func TestRulesAreKeptAsTheyWereWritten(t *testing.T) {
	h := build(t)
	body := `{"kind":"boost","store":"A","scenes":["cart","home"],"sku":"1","category":"dairy","brand":"禾间",
		"tags":["new","hot"],"factor":2.5,"quota":3,"from":"2026-11-24T08:30:00+08:00",
		"until":"2026-12-24T00:00:00Z","note":"冬季新品"}`
	added := h.rule(t, staff.HQAdmin, body, "Idempotency-Key", "k1")
	want := wire.Rule{Kind: "boost", Store: "A", Scenes: []string{"home", "cart"}, SKU: "1",
		Category: "dairy", Brand: "禾间", Tags: []string{"hot", "new"}, Factor: 2.5, Quota: 3,
		From:  time.Date(2026, 11, 24, 0, 30, 0, 0, time.UTC),
		Until: time.Date(2026, 12, 24, 0, 0, 0, 0, time.UTC), Note: "冬季新品"}
	same := func(what string, got wire.RuleView, version int64) {
		t.Helper()
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(got.Rule)
		if string(a) != string(b) || got.Version != version || got.ChangedBy != string(staff.HQAdmin) ||
			got.ChangedAt.IsZero() {
			t.Errorf("%s: got %+v, want %s at version %d", what, got, a, version)
		}
	}
	same("added", added, 1)
	if again := h.rule(t, staff.HQAdmin, body, "Idempotency-Key", "k1"); again.ID != added.ID ||
		!again.Replayed {
		t.Errorf("the same request again answers %+v", again)
	}
	if a := h.ask(t, staff.HQAdmin, "POST", rules, `{"kind":"block","sku":"1"}`, "Idempotency-Key",
		"k1"); a.status != 409 || a.problem.Type != "/problems/key-reused" {
		t.Errorf("the key again with another rule: %d %s", a.status, a.text)
	}
	path := fmt.Sprintf("%s/%d", rules, added.ID)
	f := func(method, body, match string, status int, location string) answer {
		t.Helper()
		var headers []string
		if match != "" {
			headers = []string{"If-Match", match}
		}
		a := h.ask(t, staff.HQAdmin, method, path, body, headers...)
		if a.status != status || location != "" && !a.says(location, "") {
			t.Errorf("%s %s with %s: got %d %s, want %d about %q", method, body, match, a.status, a.text,
				status, location)
		}
		return a
	}
	pin := `{"kind":"pin","sku":"2","place":1}`
	f("PUT", pin, "", 428, "header.If-Match")
	f("PUT", pin, "soon", 422, "header.If-Match")
	f("PUT", pin, `"7"`, 412, "header.If-Match")
	f("PUT", pin, `"1"`, 200, "")
	f("PUT", pin, `"1"`, 200, "") // the same again, whose answer was lost
	f("PUT", body, `"1"`, 412, "header.If-Match")
	var got wire.RuleView
	f("PUT", body, `"2"`, 200, "").into(t, &got)
	same("changed back", got, 3)
	got = wire.RuleView{}
	f("GET", "", "", 200, "").into(t, &got)
	same("shown", got, 3)
	f("DELETE", "", "", 428, "header.If-Match")
	f("DELETE", "", `"2"`, 412, "header.If-Match")
	f("DELETE", "", `"3"`, 204, "")
	f("DELETE", "", `*`, 404, "")
	f("GET", "", "", 404, "")
	f("PUT", pin, "*", 404, "")
	if ids := h.rules(t, staff.HQAdmin, ""); len(ids) != 0 {
		t.Errorf("rules %v are listed after the last was deleted", ids)
	}
	var trail wire.Page[wire.AuditEntry]
	h.ask(t, staff.HQAdmin, "GET", "/v1/audit?thing=merchandising_rule", "").into(t, &trail)
	if len(trail.Items) != 4 || trail.Items[0].Actor != string(staff.HQAdmin) {
		t.Errorf("the trail of a rule that was added, changed twice and deleted: %+v", trail.Items)
	}
}

func TestRulesBelongToTheirStores(t *testing.T) {
	h := build(t)
	chain := h.rule(t, staff.HQAdmin, `{"kind":"block","sku":"1"}`)
	ofB := h.rule(t, staff.HQAdmin, `{"kind":"boost","store":"B","category":"dairy","factor":2}`)
	ofA := h.rule(t, staff.StoreManager, `{"kind":"boost","store":"A","category":"dairy","factor":2,
		"until":"2020-01-01T00:00:00Z"}`)
	f := func(role staff.Role, query string, want ...int64) {
		t.Helper()
		if got := h.rules(t, role, query); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s lists %v with %q, want %v", role, got, query, want)
		}
	}
	f(staff.HQAdmin, "", ofA.ID, ofB.ID, chain.ID)
	f(staff.HQAdmin, "?store=B", ofB.ID)
	f(staff.HQAdmin, "?current=true", ofB.ID, chain.ID)
	f(staff.HQAnalyst, "?limit=1", ofA.ID)
	f(staff.StoreManager, "", ofA.ID)
	f(staff.RegionManager, "", ofA.ID)
	g := func(role staff.Role, method string, id int64, body string, status int, location string) {
		t.Helper()
		path := rules
		if id != 0 {
			path = fmt.Sprintf("%s/%d", rules, id)
		}
		a := h.ask(t, role, method, path, body, "If-Match", "*")
		if a.status != status || location != "" && !a.says(location, "") {
			t.Errorf("%s %s %s %s: got %d %s, want %d about %q", role, method, path, body, a.status, a.text,
				status, location)
		}
	}
	for _, manager := range []staff.Role{staff.StoreManager, staff.RegionManager} {
		g(manager, "POST", 0, `{"kind":"block","sku":"1"}`, 403, "body.store")
		g(manager, "POST", 0, `{"kind":"block","sku":"1","store":"B"}`, 403, "body.store")
		g(manager, "PUT", chain.ID, `{"kind":"block","sku":"1","store":"A"}`, 404, "")
		g(manager, "PUT", ofB.ID, `{"kind":"block","sku":"1","store":"A"}`, 404, "")
		g(manager, "PUT", ofA.ID, `{"kind":"block","sku":"1","store":"B"}`, 403, "body.store")
		g(manager, "DELETE", chain.ID, "", 404, "")
		g(manager, "DELETE", ofB.ID, "", 404, "")
		g(manager, "GET", ofB.ID, "", 404, "")
	}
	g(staff.HQAnalyst, "POST", 0, `{"kind":"block","sku":"1"}`, 403, "")
	g(staff.HQAnalyst, "DELETE", chain.ID, "", 403, "")
	g(staff.Storefront, "GET", chain.ID, "", 403, "")
	if a := h.ask(t, staff.StoreManager, "GET", rules+"?store=B", ""); a.status != http.StatusNotFound {
		t.Errorf("the manager of A lists the rules of B: %d %s", a.status, a.text)
	}
	g(staff.StoreManager, "DELETE", ofA.ID, "", 204, "")
}

func TestRulesThatBreakARule(t *testing.T) {
	h := build(t)
	f := func(body, location, reason string) {
		t.Helper()
		if a := h.ask(t, staff.HQAdmin, "POST", rules, body); a.status != 422 || !a.says(location, reason) {
			t.Errorf("%s: got %d %s, want 422 about %s: %s", body, a.status, a.text, location, reason)
		}
	}
	f(`{"sku":"1"}`, "body.kind", "missing")
	f(`{"kind":"praise","sku":"1"}`, "body.kind", "boost, pin, block")
	f(`{"kind":"block"}`, "body.sku", "names goods")
	f(`{"kind":"pin","category":"dairy","place":1}`, "body.sku", "one SKU")
	f(`{"kind":"pin","sku":"1"}`, "body.place", "from 1 to 50")
	f(`{"kind":"pin","sku":"1","place":51}`, "body.place", "from 1 to 50")
	f(`{"kind":"boost","sku":"1"}`, "body.factor", "from 0.01 to 100")
	f(`{"kind":"boost","sku":"1","factor":1e9}`, "body.factor", "from 0.01 to 100")
	f(`{"kind":"boost","sku":"1","factor":2,"place":1}`, "body.place", "pin alone")
	f(`{"kind":"boost","sku":"1","factor":2,"quota":51}`, "body.quota", "from 0 to 50")
	f(`{"kind":"block","sku":"1","factor":2}`, "body.factor", "boost alone")
	f(`{"kind":"block","sku":"nope"}`, "body.sku", "not a known SKU")
	f(`{"kind":"block","category":"nope"}`, "body.category", "not a known category")
	f(`{"kind":"block","sku":"1","store":"nope"}`, "body.store", "not a known store")
	f(`{"kind":"block","sku":"1","scenes":["attic"]}`, "body.scenes[0]", "home, product")
	f(`{"kind":"block","tags":["old"]}`, "body.tags[0]", "hot, new, limited")
	f(`{"kind":"block","sku":"1","from":"2026-02-01T00:00:00Z","until":"2026-01-01T00:00:00Z"}`, "body.until", "")
	for range retail.MaxStoreRules {
		h.rule(t, staff.StoreManager, `{"kind":"block","sku":"1","store":"A"}`)
	}
	a := h.ask(t, staff.StoreManager, "POST", rules, `{"kind":"block","sku":"1","store":"A"}`)
	if a.status != 409 || a.problem.Type != "/problems/too-many-rules" {
		t.Errorf("one rule too many of a store: %d %s", a.status, a.text)
	}
	h.rule(t, staff.HQAdmin, `{"kind":"block","sku":"1","store":"B"}`)
}
