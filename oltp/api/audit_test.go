package api_test

import (
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestAuditTrail changes things as HQ and reads who did it, within the scope of whoever asks.
func TestAuditTrail(t *testing.T) {
	h := build(t)
	change := func(path, body string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, "PUT", path, body, "X-Request-Id", "change-1")
		if a.status != 200 || strings.Contains(string(a.text), "problem") {
			t.Fatalf("%s: %d %s", path, a.status, a.text)
		}
	}
	change("/v1/stores", `{"stores":[{"code":"A","region":"east","city":"苏州"}]}`)
	change("/v1/stores", `{"stores":[{"code":"B","region":"west","city":"成都"}]}`)
	change("/v1/products", `{"products":[{"code":"1","category":"dairy","price":13}]}`)
	change("/v1/members", `{"members":[{"code":"M1","origin":"A","phone":"13900000000","opt_out":true}]}`)
	change("/v1/staff", `{"staff":[{"name":"gus","role":"guide","stores":["A"],"password":"correct horse"}]}`)

	read := func(role staff.Role, query string) []wire.AuditEntry {
		t.Helper()
		var page wire.Page[wire.AuditEntry]
		h.ask(t, role, "GET", "/v1/audit?"+query, "").into(t, &page)
		return page.Items
	}
	f := func(query, key, after string) {
		t.Helper()
		got := read(staff.HQAnalyst, query)
		if len(got) == 0 || got[0].Key != key || got[0].Request != "change-1" ||
			got[0].Actor != "hq-admin" || !strings.Contains(string(got[0].After), after) {
			t.Errorf("%s: got %+v, want %s of %s", query, got, after, key)
		}
	}
	f("thing=store&key=A", "A", `"city":"苏州"`)
	f("thing=product", "1", `"price":1300`)
	f("thing=staff", "gus", `"role":"guide"`)
	if m := read(staff.HQAnalyst, "thing=member"); len(m) != 1 ||
		strings.Contains(string(m[0].After), "hash") ||
		!strings.Contains(string(m[0].After), `"personalized":false`) {
		t.Errorf("got %+v, want an opt-out without anything personal", m)
	}
	for _, e := range read(staff.HQAnalyst, "") {
		if text := string(e.Before) + string(e.After); strings.Contains(text, "argon2") ||
			strings.Contains(text, "0000") {
			t.Errorf("something secret is in the trail: %+v", e)
		}
	}
	own := read(staff.StoreManager, "")
	for _, e := range own {
		if e.Store != "A" {
			t.Errorf("the manager of A sees %+v", e)
		}
	}
	if len(own) == 0 {
		t.Error("the manager of A sees nothing")
	}
	if a := h.ask(t, staff.StoreManager, "GET", "/v1/audit?store=B", ""); a.status != 404 {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if a := h.ask(t, staff.Storefront, "GET", "/v1/audit", ""); a.status != 403 {
		t.Errorf("got %d %s", a.status, a.text)
	}
}
