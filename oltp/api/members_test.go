package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/oltp/api"
	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

const anna = `{"unionid":"u-anna","code":"M7","origin":"A","name":"安娜","phone":"+86 138-0000-4242",
	"birthday":"1990-05-31","gender":"female","body":{"height_cm":168,"shoe":"38"},"consents":[
	{"purpose":"terms","granted":true,"version":"t1","channel":"till"},
	{"purpose":"body_data","granted":true,"version":"b1","channel":"till"}]}`

// member reads a member as a role.
func (h *house) member(t testing.TB, role staff.Role, path string) wire.MemberView {
	t.Helper()
	var v wire.MemberView
	h.ask(t, role, "GET", "/v1/members/"+path, "").into(t, &v)
	return v
}

func TestMembersAreRegisteredOnce(t *testing.T) {
	h := build(t)
	f := func(role staff.Role, body string, status int, location, reason string) answer {
		t.Helper()
		a := h.ask(t, role, "POST", "/v1/members", body)
		if a.status != status || status >= 400 && !a.says(location, reason) {
			t.Errorf("%.60s\n got %d %s\nwant %d %s %q", body, a.status, a.text, status, location, reason)
		}
		return a
	}
	var first, again wire.MemberView
	f(staff.StoreManager, anna, 201, "", "").into(t, &first)
	f(staff.HQAdmin, `{"unionid":"u-anna","name":"other","code":"M8"}`, 200, "", "").into(t, &again)
	if first.Replayed || !again.Replayed || again.Code != "M7" || again.Version != first.Version {
		t.Errorf("registered %+v, again %+v", first, again)
	}
	if first.Name != "安**" || first.Phone != "" || first.PhoneLastFour != "4242" || first.Body != nil ||
		first.Birthday != "" || len(first.Consents) != 2 || first.Origin != "A" {
		t.Errorf("a guide is shown %+v", first)
	}
	var made wire.MemberView
	f(staff.Storefront, `{"unionid":"u-bo"}`, 201, "", "").into(t, &made)
	if len(made.Code) != 13 || made.OptOut {
		t.Errorf("registered as %+v", made)
	}
	f(staff.HQAdmin, `{"unionid":"u-x","code":"M7"}`, 409, "body.code", "another member")
	f(staff.HQAdmin, `{"unionid":"u-x","code":"erased-1"}`, 422, "body.code", "kept for those")
	f(staff.HQAdmin, `{"unionid":""}`, 422, "body.unionid", "missing")
	f(staff.HQAdmin, `{"unionid":"u-x","phone":"12x45"}`, 422, "body.phone", "not a number")
	f(staff.HQAdmin, `{"unionid":"u-x","birthday":"31.5.1990"}`, 422, "body.birthday", "not a date")
	f(staff.HQAdmin, `{"unionid":"u-x","birthday":"2090-05-31"}`, 422, "body.birthday", "future")
	f(staff.HQAdmin, `{"unionid":"u-x","gender":"x"}`, 422, "body.gender", "one of")
	f(staff.HQAdmin, `{"unionid":"u-x","body":{"shoe":"38"}}`, 422, "body.body", "needs a consent")
	f(staff.HQAdmin, `{"unionid":"u-x","consents":[{"purpose":"fun","version":"1","channel":"till"}]}`,
		422, "body.consents[0].purpose", "one of terms")
	f(staff.StoreManager, `{"unionid":"u-x"}`, 422, "body.origin", "missing")
	f(staff.StoreManager, `{"unionid":"u-x","origin":"B"}`, 403, "body.origin", "not one of your stores")
	f(staff.HQAnalyst, `{"unionid":"u-x"}`, 403, "", "does not cover")
	a := f(staff.HQAdmin, `{"unionid":"u-x","phone":"138123456789012345678901"}`, 422, "body.phone", "")
	if strings.Contains(string(a.text), "13812345") {
		t.Errorf("a problem repeats a phone: %s", a.text)
	}
}

func TestOneUnionIDMakesOneMember(t *testing.T) {
	h := build(t)
	codes := make([]string, 16)
	var group sync.WaitGroup
	for i := range codes {
		group.Go(func() {
			var v wire.MemberView
			a := h.ask(t, staff.Storefront, "POST", "/v1/members", `{"unionid":"u-one","name":"One"}`)
			if a.status != 200 && a.status != 201 {
				t.Errorf("got %d %s", a.status, a.text)
				return
			}
			a.intoLoose(t, &v)
			codes[i] = v.Code
		})
	}
	group.Wait()
	for _, code := range codes {
		if code != codes[0] || code == "" {
			t.Fatalf("one person has the codes %v", codes)
		}
	}
}

func TestWhoSeesWhatOfMembers(t *testing.T) {
	h := build(t)
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", anna)
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", `{"unionid":"u-bo","code":"M9","origin":"B"}`)
	f := func(role staff.Role, path string, status int) {
		t.Helper()
		if a := h.ask(t, role, "GET", "/v1/members/"+path, ""); a.status != status {
			t.Errorf("%s %s: %d %s, want %d", role, path, a.status, a.text, status)
		}
	}
	f(staff.StoreManager, "M7", 200)
	f(staff.StoreManager, "M9", 404)
	f(staff.StoreManager, "M9/consents", 404)
	f(staff.StoreManager, "M7?reveal=true", 403)
	f(staff.HQAnalyst, "M9", 200)
	f(staff.HQAnalyst, "M7?reveal=true", 403)
	f(staff.Storefront, "M7", 403)
	f(staff.HQAdmin, "nobody", 404)
	f(staff.HQAdmin, "a%00b", 404)
	f(staff.HQAdmin, "%FF", 404)
	f(staff.HQAdmin, strings.Repeat("x", 65), 422)
	all := h.member(t, staff.HQAdmin, "M7?reveal=true")
	if all.Name != "安娜" || all.Phone != "+86 138-0000-4242" || all.Birthday != "1990-05-31" ||
		all.Gender != "female" || all.Body == nil || all.Body.Shoe != "38" {
		t.Errorf("revealed as %+v", all)
	}
	var looks wire.Page[wire.Look]
	h.ask(t, staff.HQAdmin, "GET", "/v1/members/M7/looks", "").into(t, &looks)
	if len(looks.Items) != 1 || looks.Items[0].By != string(staff.HQAdmin) || looks.Items[0].At.IsZero() {
		t.Errorf("the looks on record are %+v", looks)
	}
	f(staff.StoreManager, "M7/looks", 403)
	if v := h.member(t, staff.HQAdmin, "M1"); v.PhoneLastFour != "0000" || !v.RegisteredAt.IsZero() {
		t.Errorf("an imported member is shown as %+v", v)
	}
	if a := h.ask(t, staff.StoreManager, "PATCH", "/v1/members/M9", `{"name":"x"}`); a.status != 404 {
		t.Errorf("a store changes another's member: %d %s", a.status, a.text)
	}
	if a := h.ask(t, staff.StoreManager, "DELETE", "/v1/members/M7", ""); a.status != 403 {
		t.Errorf("a store erases: %d %s", a.status, a.text)
	}
}

func TestMembersAreFound(t *testing.T) {
	h := build(t, func(c *api.Config) { c.Limits.LookupBurst = 8 })
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", anna)
	f := func(role staff.Role, body string, want ...string) {
		t.Helper()
		var found wire.MembersFound
		h.ask(t, role, "POST", "/v1/members/find", body).into(t, &found)
		var codes []string
		for _, m := range found.Members {
			codes = append(codes, m.Code)
		}
		if fmt.Sprint(codes) != fmt.Sprint(want) {
			t.Errorf("%s finds %v, want %v", body, codes, want)
		}
	}
	f(staff.HQAdmin, `{"phone":"13800004242"}`, "M7")
	f(staff.HQAdmin, `{"phone":"8613800004242"}`, "M7")
	f(staff.HQAdmin, `{"phone":"13800000000"}`, "M1")
	f(staff.HQAdmin, `{"phone":"13900000000"}`)
	f(staff.StoreManager, `{"unionid":"u-anna"}`, "M7")
	f(staff.HQAdmin, `{"unionid":"u-nobody"}`)
	for i := range 4 {
		a := h.ask(t, staff.HQAdmin, "POST", "/v1/members/find", `{"phone":"13800000000"}`)
		if want := map[bool]int{true: 429, false: 200}[i == 3]; a.status != want {
			t.Errorf("question %d is answered with %d, want %d", 6+i, a.status, want)
		}
	}
	if a := h.ask(t, staff.HQAnalyst, "POST", "/v1/members/find", `{}`); a.status != 422 {
		t.Errorf("an empty question: %d %s", a.status, a.text)
	}
}

func TestMembersChange(t *testing.T) {
	h := build(t)
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", anna)
	f := func(role staff.Role, path, body string, status int, location, reason string) {
		t.Helper()
		a := h.ask(t, role, "PATCH", "/v1/members/"+path, body)
		if a.status != status || status >= 400 && !a.says(location, reason) {
			t.Errorf("%s %s\n got %d %s\nwant %d %s %q", path, body, a.status, a.text, status, location,
				reason)
		}
	}
	f(staff.StoreManager, "M7", `{"name":"Anna","phone":null,"body":{"top":"M"}}`, 200, "", "")
	got := h.member(t, staff.HQAdmin, "M7?reveal=true")
	if got.Name != "Anna" || got.Phone != "" || got.PhoneLastFour != "" || got.Birthday != "1990-05-31" ||
		got.Body.Top != "M" || got.Body.Shoe != "" {
		t.Errorf("changed to %+v", got)
	}
	f(staff.HQAdmin, "M1", `{"unionid":"u-one","name":"One"}`, 200, "", "")
	if v := h.member(t, staff.HQAdmin, "M1?reveal=true"); v.Name != "One" || v.RegisteredAt.IsZero() {
		t.Errorf("an imported member who was registered later is %+v", v)
	}
	f(staff.HQAdmin, "M1", `{"unionid":"u-anna"}`, 409, "body.unionid", "another member")
	f(staff.HQAdmin, "M1", `{"unionid":null}`, 422, "body.unionid", "missing")
	f(staff.HQAdmin, "M1", `{"body":{"top":"M"}}`, 422, "body.body", "consent")
	f(staff.HQAdmin, "M1", `{"code":"M2"}`, 422, "body.code", "not a known field")
	f(staff.StoreManager, "M1", `{"origin":"B"}`, 403, "body.origin", "headquarters")
	f(staff.HQAdmin, "M1", `{"origin":"B"}`, 200, "", "")
	f(staff.StoreManager, "M1", `{}`, 404, "", "outside your stores")
}

func TestConsentsStayOnRecord(t *testing.T) {
	h := build(t)
	h.ask(t, staff.HQAdmin, "POST", "/v1/members", anna)
	f := func(key, body string, status int) {
		t.Helper()
		a := h.ask(t, staff.Storefront, "POST", "/v1/members/M7/consents", body, "Idempotency-Key", key)
		if a.status != status {
			t.Errorf("%s: %d %s, want %d", body, a.status, a.text, status)
		}
	}
	consent := func(purpose string, granted bool, rest string) string {
		return fmt.Sprintf(`{"purpose":"%s","granted":%v,"version":"v2","channel":"mini_program"%s}`, purpose,
			granted, rest)
	}
	f("k1", consent("personalisation", false, ""), 201)
	f("k1", consent("personalisation", false, ""), 200)
	f("k1", consent("personalisation", true, ""), 409)
	f("k2", consent("marketing", true, ""), 201)
	f("k3", consent("marketing", false, `,"at":"2020-01-01T00:00:00Z"`), 201)
	f("k4", consent("body_data", false, ""), 201)
	f("k5", consent("fun", true, ""), 422)
	f("k6", consent("terms", true, `,"at":"2098-01-01T00:00:00Z"`), 422)
	v := h.member(t, staff.HQAdmin, "M7?reveal=true")
	var now []string
	for _, c := range v.Consents {
		now = append(now, fmt.Sprint(c.Purpose, c.Granted))
	}
	want := "[termstrue marketingtrue personalisationfalse body_datafalse]"
	if fmt.Sprint(now) != want || !v.OptOut || v.Body != nil {
		t.Errorf("in force are %v, want %s; %+v", now, want, v)
	}
	merged(t, "members")(h.hq.PutMembers(t.Context(), []wire.Member{{Code: "M7", Origin: "A"}}))
	if v := h.member(t, staff.HQAdmin, "M7"); !v.OptOut {
		t.Error("a bulk brought personal recommendations back to somebody who refused them")
	}
	var all []string
	for cursor := ""; ; {
		var page wire.Page[wire.Consent]
		h.ask(t, staff.HQAdmin, "GET", "/v1/members/M7/consents?limit=4&cursor="+cursor, "").into(t, &page)
		for _, c := range page.Items {
			all = append(all, c.Purpose)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if fmt.Sprint(all) != "[body_data marketing marketing personalisation body_data terms]" {
		t.Errorf("on record are %v", all)
	}
}
