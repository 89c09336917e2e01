package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
	"github.com/tillstream/tillstream/retail"
)

// trial is a row of PUT /v1/experiments that begins so many days from now.
func trial(name string, days int, more string) string {
	from := time.Now().UTC().AddDate(0, 0, days)
	return fmt.Sprintf(`{"name":%q,"from":%q,"until":%q,"holdout":0.1,"variants":[{"name":"today","weight":1},
		{"name":"bold","weight":1,"blend":{"weights":{"home":{"session":2}}}}]%s}`, name,
		from.Format(time.RFC3339), from.AddDate(0, 0, 7).Format(time.RFC3339), more)
}

func TestExperiments(t *testing.T) {
	h := build(t)
	for _, role := range []staff.Role{staff.Marketing, staff.Planner} {
		h.tokens[role] = token(t, role, retail.HQScope())
	}
	h.tokens[staff.Guide] = token(t, staff.Guide, retail.StoreScope(1))
	put := func(role staff.Role, row string) (int, wire.Merged, string) {
		t.Helper()
		a := h.ask(t, role, "PUT", "/v1/experiments", `{"experiments":[`+row+`]}`)
		var out wire.MergedRows
		if a.status == 200 {
			a.into(t, &out)
			return a.status, out.Results[0], string(a.text)
		}
		return a.status, wire.Merged{}, string(a.text)
	}
	f := func(row, outcome string) {
		t.Helper()
		if status, got, text := put(staff.Marketing, row); status != 200 || got.Outcome != outcome {
			t.Errorf("%s: %d %s, want %s", row, status, text, outcome)
		}
	}
	now := trial("now", -1, "")
	f(now, "created")
	f(now, "unchanged")
	f(trial("next", 10, ""), "created")
	f(strings.Replace(trial("next", 10, ""), "0.1", "0.2", 1), "updated")
	refused := func(row, location, reason string) {
		t.Helper()
		status, got, text := put(staff.HQAdmin, row)
		if status != 200 || got.Problem == nil || got.Problem.Status != 422 ||
			!strings.Contains(text, `"location":"body.experiments[0].`+location+`"`) ||
			!strings.Contains(text, reason) {
			t.Errorf("%s: %d %s, want %s %s", row, status, text, location, reason)
		}
	}
	refused(strings.Replace(now, "0.1", "0.2", 1), "holdout", "the experiment has begun")
	refused(trial("clash", 2, ""), "from", "one experiment is in force at a time, and now is from")
	refused(trial("x", 30, `,"colour":1`), "colour", "not a known field")
	refused(strings.Replace(trial("x", 30, ""), "session", "cellar", 1),
		"variants[1].blend.weights.home.cellar", "is not one of personal")
	refused(strings.Replace(trial("x", 30, ""), "0.1", `"much"`, 1), "holdout", "number")
	refused(strings.Replace(trial("x", 30, ""), `"weight":1`, `"weight":-1`, 1), "variants[0].weight",
		"must be from 0")
	refused(`{"name":"x","holdout":0,"variants":[]}`, "from", "is missing")
	for _, role := range []staff.Role{staff.HQAnalyst, staff.Planner, staff.RegionManager, staff.StoreManager,
		staff.Guide, staff.Storefront} {
		if status, _, text := put(role, trial("mine", 60, "")); status != 403 {
			t.Errorf("%s: %d %s", role, status, text)
		}
	}

	var page wire.Page[wire.Experiment]
	h.ask(t, staff.StoreManager, "GET", "/v1/experiments", "").into(t, &page)
	if len(page.Items) != 2 || page.Items[0].Name != "next" || page.Items[0].Holdout != .2 ||
		page.Items[0].Version != 2 || page.Items[1].Variants[1].Blend.Weights["home"]["session"] != 2 {
		t.Errorf("%+v", page)
	}
	if a := h.ask(t, staff.Storefront, "GET", "/v1/experiments", ""); a.status != 403 {
		t.Errorf("a channel lists experiments: %s", a.text)
	}
	var trail wire.Page[wire.AuditEntry]
	h.ask(t, staff.HQAdmin, "GET", "/v1/audit?thing=experiment&key=next", "").into(t, &trail)
	if len(trail.Items) != 2 || trail.Items[0].Action != "update" ||
		!strings.Contains(string(trail.Items[0].After), `"holdout":0.2`) {
		t.Errorf("%+v", trail.Items)
	}

	at := func(when time.Time, want string) {
		t.Helper()
		e, ok, err := h.db.Experiments().ExperimentAt(t.Context(), when)
		if err != nil || ok != (want != "") || e.Name != want {
			t.Errorf("at %s there is %+v, %t, %v; want %s", when, e, ok, err, want)
		}
	}
	at(time.Now(), "now")
	at(time.Now().AddDate(0, 0, 8), "next")
	at(time.Now().AddDate(0, 0, 18), "")
}
