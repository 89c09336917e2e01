package api_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/oltp/wire"
)

// TestLastAdminStays tries every way of losing the only HQ admin of the house, whose name is hq.
func TestLastAdminStays(t *testing.T) {
	h := build(t)
	put := func(rows string) wire.MergedRows {
		t.Helper()
		var out wire.MergedRows
		h.ask(t, staff.HQAdmin, "PUT", "/v1/staff", `{"staff":[`+rows+`]}`).into(t, &out)
		return out
	}
	wantKept := func(p *wire.Problem, location string) {
		t.Helper()
		if p == nil || p.Status != 409 || p.Type != "/problems/last-admin" ||
			!strings.Contains(p.Detail, "give another account that role first") ||
			len(p.Errors) != 1 || p.Errors[0].Location != location || string(p.Errors[0].Value) != `"hq"` {
			t.Errorf("got %+v, want a conflict at %s", p, location)
		}
	}
	for _, row := range []string{`{"name":"hq","role":"planner"}`,
		`{"name":"hq","role":"hq-admin","inactive":true}`} {
		out := put(`{"name":"deputy","role":"planner","password":"correct horse"},` + row)
		wantKept(out.Results[1].Problem, "body.staff[1].name")
		if out.Failed != 1 || out.Results[0].Problem != nil {
			t.Errorf("%s: got %+v, want the other row put", row, out)
		}
	}
	a := h.ask(t, staff.HQAdmin, "POST", "/v1/staff/hq/deactivate", "")
	wantKept(&a.problem, "path.name")
	if u, _, err := h.db.Staff().Account(t.Context(), "hq"); err != nil || u.Inactive || u.Version != 1 {
		t.Errorf("got %+v, %v, want hq as before", u, err)
	}
	if out := put(`{"name":"hq","role":"planner"},{"name":"deputy","role":"hq-admin"}`); out.Failed != 0 {
		t.Errorf("the office cannot be handed over: %+v", out)
	}
	a = h.ask(t, staff.HQAdmin, "POST", "/v1/staff/hq/deactivate", "")
	if a.status != 204 {
		t.Errorf("who is no admin any more: %d %s", a.status, a.text)
	}
}

// TestLastAdminStaysWhenTwoLeave deactivates both admins at the same time, again and again.
func TestLastAdminStaysWhenTwoLeave(t *testing.T) {
	h := build(t)
	for round := range 20 {
		var out wire.MergedRows
		h.ask(t, staff.HQAdmin, "PUT", "/v1/staff", `{"staff":[{"name":"hq","role":"hq-admin"},
			{"name":"two","role":"hq-admin","password":"correct horse"}]}`).into(t, &out)
		if out.Failed != 0 {
			t.Fatalf("round %d: %+v", round, out)
		}
		ways := [2]func() int{func() int {
			return h.ask(t, staff.HQAdmin, "POST", "/v1/staff/hq/deactivate", "").status
		}, func() int {
			var out wire.MergedRows
			a := h.ask(t, staff.HQAdmin, "PUT", "/v1/staff", `{"staff":[{"name":"two","role":"planner"}]}`)
			if a.into(t, &out); out.Failed == 1 {
				return out.Results[0].Problem.Status
			}
			return 204
		}}
		var got [2]int
		var group sync.WaitGroup
		for i, way := range ways {
			group.Go(func() { got[i] = way() })
		}
		group.Wait()
		if got != [2]int{204, 409} && got != [2]int{409, 204} {
			t.Fatalf("round %d: got %v, want one to leave and one to stay", round, got)
		}
	}
}
