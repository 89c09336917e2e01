package api_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

func TestErasedMembersAreGone(t *testing.T) {
	h := build(t)
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", anna)
	var sale wire.Placed
	h.ask(t, staff.HQAdmin, "POST", "/v1/orders",
		`{"store":"A","member":"M7","paid":true,"lines":[{"sku":"1","qty":1}]}`).into(t, &sale)
	var gone, again wire.Erasure
	h.ask(t, staff.HQAdmin, "DELETE", "/v1/members/M7", "").into(t, &gone)
	h.ask(t, staff.HQAdmin, "DELETE", "/v1/members/M7", "").into(t, &again)
	if !strings.HasPrefix(gone.Pseudonym, "erased-") || again != gone || gone.ErasedAt.IsZero() {
		t.Errorf("erased as %+v, again as %+v", gone, again)
	}
	f := func(method, path, body string, status int, reason string) {
		t.Helper()
		a := h.ask(t, staff.HQAdmin, method, path, body)
		if a.status != status || !strings.Contains(string(a.text), reason) {
			t.Errorf("%s %s: %d %s, want %d %q", method, path, a.status, a.text, status, reason)
		}
	}
	f("GET", "/v1/members/M7", "", 404, "")
	f("GET", "/v1/members/"+gone.Pseudonym, "", 404, "")
	f("PATCH", "/v1/members/M7", `{"name":"Anna"}`, 404, "")
	f("POST", "/v1/members/M7/consents", `{"purpose":"terms","version":"1","channel":"till"}`, 404, "")
	f("POST", "/v1/members/find", `{"unionid":"u-anna"}`, 200, `"members":[]`)
	f("POST", "/v1/members/find", `{"phone":"13800004242"}`, 200, `"members":[]`)
	f("POST", "/v1/members", anna, 409, "register the person under a new code")
	f("PUT", "/v1/members", `{"members":[{"code":"M7"},{"code":"M8"}]}`, 200,
		"belongs to a member who was erased")
	f("PUT", "/v1/members", `{"members":[{"code":"`+gone.Pseudonym+`"}]}`, 200, "kept for those who were")
	f("POST", "/v1/orders", `{"store":"A","member":"`+gone.Pseudonym+`","lines":[{"sku":"1","qty":1}]}`, 422,
		"not a known member")
	f("DELETE", "/v1/members/nobody", "", 404, "")
	var order wire.OrderView
	h.ask(t, staff.HQAdmin, "GET", "/v1/orders/"+strconv.FormatInt(sale.ID, 10), "").intoLoose(t, &order)
	if order.Member != gone.Pseudonym && order.Member != "M7" || order.Net != 1250 {
		t.Errorf("the order of an erased member is %+v", order)
	}
	page := h.ask(t, staff.HQAdmin, "GET", "/v1/members", "")
	if strings.Contains(string(page.text), "erased") || !strings.Contains(string(page.text), "M8") {
		t.Errorf("the list is %s", page.text)
	}
	f("POST", "/v1/members", strings.Replace(anna, `"code":"M7",`, `"code":"M70",`, 1), 201, "M70")
}

// TestErasureRacesWithImports erases members while bulks bring them again and again: whoever was erased
// stays so.
func TestErasureRacesWithImports(t *testing.T) {
	h := build(t)
	const members = 12
	bulk := make([]wire.Member, members)
	for i := range bulk {
		bulk[i] = wire.Member{Code: "R" + strconv.Itoa(i), Origin: "A",
			Phone: "1390000000" + strconv.Itoa(i%10)}
	}
	merged(t, "members")(h.hq.PutMembers(t.Context(), bulk))
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for range 20 {
				if _, err := h.hq.PutMembers(t.Context(), bulk); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range bulk {
		group.Go(func() {
			if a := h.ask(t, staff.HQAdmin, "DELETE", "/v1/members/"+bulk[i].Code, ""); a.status != 200 {
				t.Errorf("erasing %s: %d %s", bulk[i].Code, a.status, a.text)
			}
		})
	}
	group.Wait()
	rows, err := h.hq.PutMembers(t.Context(), bulk)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Outcome != "refused" {
			t.Errorf("%s came back: %+v", r.Code, r)
		}
	}
}

func TestMembersWhoDoNotAgreeAreListed(t *testing.T) {
	h := build(t)
	merged(t, "members")(h.hq.PutMembers(t.Context(), []wire.Member{{Code: "M2", Origin: "A"},
		{Code: "M3", Origin: "B", OptOut: true}}))
	f := func(want int) {
		t.Helper()
		n := 0
		err := h.db.Catalogue().Reticent(t.Context(), func(id retail.MemberID) {
			if n++; id <= 0 {
				t.Errorf("a member has the number %d", id)
			}
		})
		if err != nil || n != want {
			t.Errorf("%d members (%v) do not agree, want %d", n, err, want)
		}
	}
	f(1)
	if a := h.ask(t, staff.HQAdmin, "DELETE", "/v1/members/M2", ""); a.status != 200 {
		t.Fatalf("erasing answers %d %s", a.status, a.text)
	}
	f(2)
}
