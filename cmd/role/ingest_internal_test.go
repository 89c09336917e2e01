package role

import (
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// pool has members 1 of store 1 and 2 of store 2.
type pool struct{}

func (pool) MemberByID(id retail.MemberID) (*retail.Member, bool) {
	return &retail.Member{ID: id, Origin: retail.StoreID(id)}, id <= 2
}

func TestTokensSpeakForMembers(t *testing.T) {
	key := []byte(strings.Repeat("k", staff.MinKeyBytes))
	verifier, err := staff.NewVerifier(key, nil)
	if err != nil {
		t.Fatal(err)
	}
	f := func(role staff.Role, scope retail.Scope, everybody bool, of ...retail.MemberID) {
		t.Helper()
		token, err := staff.Issuer{Key: key}.Token(staff.Principal{User: "u", Role: role, Scope: scope},
			time.Hour)
		if err != nil {
			t.Fatal(err)
		}
		speaks, err := tokens{verifier, pool{}}.Verify(token)
		if err != nil || (speaks == nil) != everybody {
			t.Fatalf("%s speaks for everybody: %v (%v), want %v", role, speaks == nil, err, everybody)
		}
		for id := retail.MemberID(1); id <= 3 && !everybody; id++ {
			want := len(of) > 0 && of[0] == id
			if speaks(id) != want {
				t.Errorf("%s of %q speaks for member %d: %v", role, scope.Key(), id, !want)
			}
		}
	}
	f(staff.Storefront, retail.Scope{}, true)
	f(staff.HQAdmin, retail.HQScope(), true)
	f(staff.Marketing, retail.HQScope(), true)
	f(staff.Planner, retail.HQScope(), false)
	f(staff.Guide, retail.StoreScope(2), false, 2)
	f(staff.StoreManager, retail.StoreScope(1), false, 1)
	f(staff.RegionManager, retail.StoreScope(3), false)
	if _, err := (tokens{verifier, pool{}}).Verify("forged"); err == nil {
		t.Error("a forged token speaks")
	}
}
