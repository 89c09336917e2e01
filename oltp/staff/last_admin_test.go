package staff_test

import (
	"testing"

	"github.com/tillstream/tillstream/oltp/staff"
)

func TestKeepAdmin(t *testing.T) {
	admin := func(name string) *staff.User { return &staff.User{Name: name, Role: staff.HQAdmin} }
	guide := func(name string) *staff.User { return &staff.User{Name: name, Role: staff.Guide} }
	off := func(name string) *staff.User {
		return &staff.User{Name: name, Role: staff.HQAdmin, Inactive: true}
	}
	f := func(what string, admins []string, want string, rows ...*staff.User) {
		t.Helper()
		got := ""
		if u := staff.KeepAdmin(admins, rows); u != nil {
			got = u.Name
		}
		if got != want {
			t.Errorf("%s: got %q, want %q refused", what, got, want)
		}
	}
	f("demoted", []string{"ann"}, "ann", guide("ann"))
	f("deactivated", []string{"ann"}, "ann", off("ann"))
	f("one of two", []string{"ann", "bo"}, "", off("ann"))
	f("both of two", []string{"ann", "bo"}, "bo", off("ann"), guide("bo"))
	f("handed over", []string{"ann"}, "", admin("cy"), guide("ann"))
	f("handed over, later", []string{"ann"}, "", guide("ann"), admin("cy"))
	f("somebody else", []string{"ann"}, "", guide("bo"), off("cy"))
	f("none before", nil, "", guide("bo"), off("cy"))
	f("unchanged", []string{"ann"}, "", admin("ann"))
}
