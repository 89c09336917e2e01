package staff_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// chain is a directory of four stores in two regions, listed in pages like the catalogue's.
type chain struct{}

func (chain) Stores(_ context.Context, _ retail.Scope, after string, limit int) ([]retail.Store, error) {
	var page []retail.Store
	for i, code := range []string{"A", "B", "C", "D"} {
		region := retail.Region{Code: []string{"east", "west"}[i%2]}
		if code > after && len(page) < limit {
			page = append(page, retail.Store{ID: retail.StoreID(i + 1), Code: code, Region: region})
		}
	}
	return page, nil
}

func desk(t *testing.T, now func() time.Time) *staff.Desk {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users.json")
	hash := staff.HashPassword("right")
	err := staff.SaveFile(path, []staff.User{
		{Name: "hq", Role: staff.HQAnalyst, Hash: hash},
		{Name: "east", Role: staff.RegionManager, Hash: hash, Regions: []string{"east"}},
		{Name: "b", Role: staff.StoreManager, Hash: hash, Stores: []string{"B"}},
		{Name: "app", Role: staff.Storefront, Hash: hash},
	})
	if err != nil {
		t.Fatal(err)
	}
	users, err := staff.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return staff.NewDesk(staff.DeskConfig{Directory: users, Stores: chain{}, Failures: 3,
		Issuer: staff.Issuer{Key: key, Now: now}})
}

func TestLoginExpandsTheScope(t *testing.T) {
	d := desk(t, at(noon))
	f := func(user string, want retail.Scope, codes []string) {
		t.Helper()
		s, err := d.Login(t.Context(), user, "right")
		if err != nil {
			t.Fatalf("cannot log %s in: %v", user, err)
		}
		p, err := verifier(t, at(noon)).Verify(s.Token)
		if err != nil || p.User != user || p.Scope.Key() != want.Key() ||
			!reflect.DeepEqual(s.Stores, codes) {
			t.Errorf("%s: got %+v %v %v, want scope %q", user, p, s.Stores, err, want.Key())
		}
	}
	f("hq", retail.HQScope(), nil)
	f("east", retail.StoreScope(1, 3), []string{"A", "C"})
	f("b", retail.StoreScope(2), []string{"B"})
	f("app", retail.Scope{}, nil)
}

func TestWrongPasswordsRunOut(t *testing.T) {
	now := noon
	d := desk(t, func() time.Time { return now })
	f := func(user, password string, want error) {
		t.Helper()
		if _, err := d.Login(t.Context(), user, password); !errors.Is(err, want) {
			t.Errorf("%s/%s: got %v, want %v", user, password, err, want)
		}
	}
	for range 3 {
		f("hq", "wrong", staff.ErrCredentials)
	}
	f("hq", "right", staff.ErrTooMany)
	f("nobody", "right", staff.ErrCredentials)
	f("b", "right", nil)
	now = now.Add(time.Minute)
	f("hq", "right", nil)
}

func TestRoles(t *testing.T) {
	f := func(r staff.Role, want string) {
		t.Helper()
		var got []byte
		for a := staff.ReadKPIs; a <= staff.EditCatalogue; a++ {
			got = append(got, ".X"[map[bool]int{true: 1}[r.May(a)]])
		}
		if string(got) != want {
			t.Errorf("%s: got %s, want %s", r, got, want)
		}
	}
	// KPIs, orders, stock, catalogue, members; sell, prices, fulfil, refund, move, edit
	f(staff.HQAdmin, "XXXXXXXXXXX")
	f(staff.HQAnalyst, "XXXXX......")
	f(staff.RegionManager, "XXXX.XXXXX.")
	f(staff.StoreManager, "XXXX.XXXXX.")
	f(staff.Storefront, "..X..X.....")
	f("root", "...........")
}

func TestHashes(t *testing.T) {
	h := staff.HashPassword("secret")
	if !h.Matches("secret") || h.Matches("Secret") || h == staff.HashPassword("secret") {
		t.Error("a hash matches its password and no other, and differs each time")
	}
	f := func(h staff.Hash) {
		t.Helper()
		if h.Validate() == nil || h.Matches("") {
			t.Errorf("%q is taken for a hash", h)
		}
	}
	f("")
	f("secret")
	f("$2a$10$abcdefghijklmnopqrstuv")
	f("$argon2id$v=19$m=19456,t=2,p=1$c2FsdA")
	f("$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHRzYWx0c2E$c2FsdHNhbHRzYWx0c2FsdHNhbHQ")
	f("$argon2id$v=16$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$c2FsdHNhbHRzYWx0c2FsdHNhbHQ")
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	first, err := staff.EnsureKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := staff.EnsureKey(path)
	if err != nil || !reflect.DeepEqual(first, again) || len(first) < staff.MinKeyBytes {
		t.Fatalf("got %x, %v, want the key of before %x", again, err, first)
	}
	f := func(content string, mode os.FileMode, want string) {
		t.Helper()
		if err := errors.Join(os.WriteFile(path, []byte(content), 0o600), os.Chmod(path, mode)); err != nil {
			t.Fatal(err)
		}
		if _, err := staff.LoadKey(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", content, err, want)
		}
	}
	f("abcd", 0o600, "at least 32")
	f("not hexadecimal", 0o600, "not hexadecimal")
	f(strings.Repeat("ab", 32), 0o644, "chmod 600")
}

func TestUsersFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.json")
	hash := string(staff.HashPassword("x"))
	f := func(content, want string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := staff.LoadFile(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want an error with %q", content, err, want)
		}
	}
	f(`{`, "unexpected end")
	f(`[{"name":"","role":"hq-admin","hash":"`+hash+`"}]`, "1 to 64 bytes")
	f(`[{"name":"a","role":"boss","hash":"`+hash+`"}]`, `role "boss" is none of`)
	f(`[{"name":"a","role":"store-manager","hash":"`+hash+`"}]`, "needs stores")
	f(`[{"name":"a","role":"region-manager","hash":"`+hash+`"}]`, "needs regions")
	f(`[{"name":"a","role":"hq-admin","hash":"plain"}]`, "not an argon2id hash")
	f(`[{"name":"a","role":"hq-admin","hash":"`+hash+`"},{"name":"a","role":"hq-admin","hash":"`+
		hash+`"}]`, "twice")
}
