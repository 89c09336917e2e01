package vault_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
	"github.com/tillstream/tillstream/oltp/vault"
)

const (
	oldMaster = "old:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	newMaster = "new:ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff"
)

var anna, bo, order = vault.Member(7), vault.Member(8), vault.Order(7)

func masters(t testing.TB, text string) *vault.Masters {
	t.Helper()
	m, err := vault.ParseMasters(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// openKeys returns the table of keys of a fresh database.
func openKeys(t testing.TB) *postgres.VaultKeys {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Config{DSN: pgtest.Start(t), Writers: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db.VaultKeys()
}

func newVault(t testing.TB, keys vault.Keys, text string) *vault.Vault {
	t.Helper()
	return vault.New(vault.Config{Keys: keys, Masters: masters(t, text)})
}

func mustSeal(t testing.TB, v *vault.Vault, o vault.Owner, field, plain string) []byte {
	t.Helper()
	sealed, err := v.Seal(t.Context(), o, field, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealsOpenOnlyWhereTheyBelong(t *testing.T) {
	v := newVault(t, openKeys(t), oldMaster)
	sealed := mustSeal(t, v, anna, "phone", "13800000000")
	mustSeal(t, v, bo, "phone", "13900000000")
	mustSeal(t, v, order, "phone", "13700000000")
	f := func(o vault.Owner, field string, sealed []byte, want error) {
		t.Helper()
		plain, err := v.Open(t.Context(), o, field, sealed)
		if !errors.Is(err, want) || err == nil && string(plain) != "13800000000" {
			t.Errorf("%s of %s: %q, %v, want %v", field, o, plain, err, want)
		}
	}
	f(anna, "phone", sealed, nil)
	f(anna, "name", sealed, vault.ErrBroken)
	f(bo, "phone", sealed, vault.ErrBroken)
	f(order, "phone", sealed, vault.ErrBroken)
	f(vault.Member(404), "phone", sealed, vault.ErrBroken)
	for i := range sealed {
		changed := slices.Clone(sealed)
		changed[i] ^= 1
		f(anna, "phone", changed, vault.ErrBroken)
		f(anna, "phone", sealed[:i], vault.ErrBroken)
	}
	f(anna, "phone", append(slices.Clone(sealed), 0), vault.ErrBroken)
	f(anna, "phone", nil, vault.ErrBroken)
	if again := mustSeal(t, v, anna, "phone", "13800000000"); bytes.Equal(again, sealed) {
		t.Error("two seals of one text are equal")
	}
	if bytes.Contains(sealed, []byte("1380000")) || len(sealed) != len("13800000000")+vault.Overhead {
		t.Errorf("sealed as %q", sealed)
	}
}

func TestErasedOwnersStayErased(t *testing.T) {
	keys := openKeys(t)
	now := time.Now()
	here := newVault(t, keys, oldMaster)
	there := vault.New(vault.Config{Keys: keys, Masters: masters(t, oldMaster), KeyLife: time.Minute,
		Now: func() time.Time { return now }})
	sealed := mustSeal(t, here, anna, "name", "Anna")
	if _, err := there.Open(t.Context(), anna, "name", sealed); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := here.Destroy(t.Context(), anna); err != nil {
			t.Fatal(err)
		}
	}
	erased := func(v *vault.Vault) {
		t.Helper()
		if _, err := v.Open(t.Context(), anna, "name", sealed); !errors.Is(err, vault.ErrErased) {
			t.Errorf("an erased member's name opens: %v", err)
		}
		if _, err := v.Seal(t.Context(), anna, "name", nil); !errors.Is(err, vault.ErrErased) {
			t.Errorf("an erased member's name is sealed: %v", err)
		}
	}
	erased(here)
	now = now.Add(time.Minute)
	erased(there)
	if err := here.Destroy(t.Context(), bo); err != nil {
		t.Fatal(err)
	}
	if _, err := here.Seal(t.Context(), bo, "name", nil); !errors.Is(err, vault.ErrErased) {
		t.Errorf("a member erased before the first seal gets a key: %v", err)
	}
	w, found, err := keys.Key(t.Context(), anna)
	if err != nil || !found || len(w.Key) != 0 || w.Master != "" {
		t.Errorf("the row of an erased member is %+v, %v, %v", w, found, err)
	}
	there.Forget(order)
}

// TestOneOfManyKeysWins lets several instances meet an owner for the first time at once: what one seals,
// all can open.
func TestOneOfManyKeysWins(t *testing.T) {
	keys := openKeys(t)
	const instances = 8
	for round := range 20 {
		owner := vault.Member(100).Kind
		who := vault.Owner{Kind: owner, ID: int64(100 + round)}
		sealed := make([][]byte, instances)
		var group sync.WaitGroup
		for i := range instances {
			v := newVault(t, keys, oldMaster)
			group.Go(func() {
				var err error
				if sealed[i], err = v.Seal(context.Background(), who, "name", []byte("x")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		v := newVault(t, keys, oldMaster)
		for i := range sealed {
			if plain, err := v.Open(t.Context(), who, "name", sealed[i]); err != nil || string(plain) != "x" {
				t.Fatalf("what instance %d sealed opens as %q, %v", i, plain, err)
			}
		}
	}
}

func TestMasterKeysRotate(t *testing.T) {
	keys := openKeys(t)
	first := newVault(t, keys, oldMaster)
	sealed := mustSeal(t, first, anna, "name", "Anna")
	mustSeal(t, first, order, "address", "Nanjing Road")
	if err := first.Destroy(t.Context(), bo); err != nil {
		t.Fatal(err)
	}
	if _, err := newVault(t, keys, newMaster).Open(t.Context(), anna, "name", sealed); err == nil ||
		!strings.Contains(err.Error(), "master key old, which was not given") {
		t.Errorf("without the old master key: %v", err)
	}
	impostor := "old:" + strings.TrimPrefix(newMaster, "new:")
	_, err := newVault(t, keys, impostor).Open(t.Context(), anna, "name", sealed)
	if !errors.Is(err, vault.ErrBroken) {
		t.Errorf("with another key of the old name: %v", err)
	}
	both := newVault(t, keys, newMaster+"\n# until all is moved\n"+oldMaster+"\n")
	for _, want := range []int{2, 0} {
		if n, err := both.Rewrap(t.Context(), nil); err != nil || n != want {
			t.Errorf("%d keys moved, %v, want %d", n, err, want)
		}
	}
	plain, err := newVault(t, keys, newMaster).Open(t.Context(), anna, "name", sealed)
	if err != nil || string(plain) != "Anna" {
		t.Errorf("under the new master key alone: %q, %v", plain, err)
	}
	if _, err := newVault(t, keys, newMaster).Open(t.Context(), bo, "name", sealed); !errors.Is(err,
		vault.ErrErased) {
		t.Errorf("an erased member after the rotation: %v", err)
	}
}

// TestMovedKeysDoNotOpen gives one owner the wrapped key of another, as somebody with the database in
// hand could.
func TestMovedKeysDoNotOpen(t *testing.T) {
	keys := openKeys(t)
	v := newVault(t, keys, oldMaster)
	mustSeal(t, v, anna, "name", "Anna")
	stolen, _, err := keys.Key(t.Context(), anna)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keys.AddKey(t.Context(), bo, stolen); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Seal(t.Context(), bo, "name", nil); !errors.Is(err, vault.ErrBroken) {
		t.Errorf("a moved key works: %v", err)
	}
}

func FuzzOpen(f *testing.F) {
	keys := openKeys(f)
	v := newVault(f, keys, oldMaster)
	good := mustSeal(f, v, anna, "name", "Anna")
	f.Add(good)
	f.Add(good[:vault.Overhead])
	f.Add([]byte{1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		plain, err := v.Open(t.Context(), anna, "name", sealed)
		if bytes.Equal(sealed, good) != (err == nil) || err != nil && !errors.Is(err, vault.ErrBroken) {
			t.Errorf("%x opens as %q, %v", sealed, plain, err)
		}
	})
}
