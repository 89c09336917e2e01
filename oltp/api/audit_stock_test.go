package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// trail reads the audit trail.
func (h *house) trail(t testing.TB, role staff.Role, query string) []wire.AuditEntry {
	t.Helper()
	var page wire.Page[wire.AuditEntry]
	h.ask(t, role, "GET", "/v1/audit?"+query, "").into(t, &page)
	return page.Items
}

// TestStockIsAudited moves stock by hand, counts it and sells it: the hands are in the trail, the sales
// are not.
func TestStockIsAudited(t *testing.T) {
	h := build(t)
	var moved wire.StockRows
	h.ask(t, staff.HQAdmin, "POST", "/v1/stock/moves", `{"moves":[
		{"idempotency_key":"a1","store":"A","sku":"1","kind":"adjust","qty":-2,"reason":"two\nwere \"lost\""},
		{"idempotency_key":"a2","store":"A","sku":"1","kind":"damage","qty":-3},
		{"idempotency_key":"a3","store":"B","sku":"2","kind":"receive","qty":5},
		{"idempotency_key":"a4","store":"A","sku":"2","kind":"receive","qty":5,"simulated":true},
		{"idempotency_key":"a5","store":"A","sku":"2","kind":"damage","qty":-9999}]}`,
		"X-Request-Id", "hand-1").into(t, &moved)
	if moved.Failed != 1 {
		t.Fatalf("got %+v, want the last move alone refused", moved)
	}
	h.ask(t, staff.HQAdmin, "POST", "/v1/stock/moves", `{"moves":[
		{"idempotency_key":"a1","store":"A","sku":"1","kind":"adjust","qty":-2,"reason":"again"}]}`)
	h.ask(t, staff.HQAdmin, "POST", "/v1/orders",
		`{"store":"A","channel":"till","paid":true,"lines":[{"sku":"1","qty":1}]}`)

	hand := func(role staff.Role, query string) (out []string) {
		t.Helper()
		for _, e := range h.trail(t, role, "thing=stock&"+query) {
			if e.Request != "hand-1" {
				continue
			}
			if e.Actor != "hq-admin" || e.Action != "update" || e.Store != e.Key[:1] {
				t.Errorf("got %+v", e)
			}
			out = append(out, fmt.Sprintf("%s %s %s", e.Key, e.Before, e.After))
		}
		return out
	}
	want := []string{`B/2 {"on_hand":100} {"qty":5,"kind":"receive","on_hand":105}`,
		`A/1 {"on_hand":98} {"qty":-3,"kind":"damage","on_hand":95}`,
		`A/1 {"on_hand":100} {"qty":-2,"kind":"adjust","reason":"two\nwere \"lost\"","on_hand":98}`}
	f := func(what string, got []string, want ...string) {
		t.Helper()
		if !sameLines(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	f("as the analyst", hand(staff.HQAnalyst, ""), want...)
	f("of one level", hand(staff.HQAnalyst, "key=B/2"), want[0])
	f("as the manager of A", hand(staff.StoreManager, ""), want[1:]...)
	if all := h.trail(t, staff.HQAnalyst, "thing=stock&key=A/1"); len(all) != 3 {
		t.Errorf("got %+v, want the opening stock and two moves: neither the repetition nor the sale", all)
	}
}

// sameLines compares without order, since stores are written by different hands.
func sameLines(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	left := map[string]int{}
	for i := range got {
		left[got[i]]++
		left[want[i]]--
	}
	for _, n := range left {
		if n != 0 {
			return false
		}
	}
	return true
}

// TestStocktakesAreAudited closes two stocktakes and cancels a third.
func TestStocktakesAreAudited(t *testing.T) {
	h := build(t)
	take := func(store string) (s wire.StocktakeView) {
		t.Helper()
		h.ask(t, staff.HQAdmin, "POST", "/v1/stocktakes",
			`{"store":"`+store+`","lines":[{"sku":"1","counted":97}]}`).into(t, &s)
		return s
	}
	for i, store := range []string{"A", "B"} {
		s := take(store)
		a := h.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/stocktakes/%d/close", s.ID),
			`{"reason":"spring"}`, "X-Request-Id", fmt.Sprint("count-", i))
		if a.status != 200 {
			t.Fatalf("got %d %s", a.status, a.text)
		}
		got := h.trail(t, staff.HQAnalyst, fmt.Sprint("thing=stocktake&key=", s.ID))
		if len(got) != 2 || got[1].Action != "insert" || got[1].Actor != "hq-admin" ||
			got[0].Action != "update" || got[0].Actor != "hq-admin" || got[0].Store != store ||
			got[0].Request != fmt.Sprint("count-", i) || !strings.Contains(string(got[0].After), `"state":3`) ||
			!strings.Contains(string(got[0].After), `"reason":"spring"`) {
			t.Errorf("got %+v, want an opening and a closing", got)
		}
	}
	s := take("A")
	h.ask(t, staff.HQAdmin, "POST", fmt.Sprintf("/v1/stocktakes/%d/cancel", s.ID), `{"reason":"rain"}`)
	got := h.trail(t, staff.StoreManager, fmt.Sprint("thing=stocktake&key=", s.ID))
	if len(got) != 2 || !strings.Contains(string(got[0].After), `"reason":"rain"`) {
		t.Errorf("got %+v, want an opening and an end", got)
	}
	if moves := h.trail(t, staff.HQAnalyst, "thing=stock&key=A/1"); len(moves) != 1 {
		t.Errorf("got %+v, want the opening stock alone: a count stands in its stocktake", moves)
	}
}

// TestLooksAreAudited reads everything personal of a member.
func TestLooksAreAudited(t *testing.T) {
	h := build(t)
	a := h.ask(t, staff.HQAdmin, "GET", "/v1/members/M1?reveal=true", "", "X-Request-Id", "look-1")
	if a.status != 200 {
		t.Fatalf("got %d %s", a.status, a.text)
	}
	for _, role := range []staff.Role{staff.HQAnalyst, staff.StoreManager} {
		got := h.trail(t, role, "thing=member&actor=hq-admin")
		if len(got) != 1 || got[0].Action != "look" || got[0].Store != "A" || got[0].Request != "look-1" ||
			got[0].Key == "M1" || got[0].After != nil {
			t.Errorf("as %s: got %+v, want one look without anything personal", role, got)
		}
	}
}
