package postgres_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/postgres/pgtest"
)

// TestIdentityKeyIsPinned starts services under the first key, again, and under another one.
func TestIdentityKeyIsPinned(t *testing.T) {
	dsn := pgtest.Start(t)
	f := func(letter byte, want error) {
		t.Helper()
		db, err := postgres.Open(t.Context(), postgres.Config{DSN: dsn, Connections: 2, Writers: 1,
			IdentityKey: bytes.Repeat([]byte{letter}, 32)})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.PinIdentity(t.Context()); !errors.Is(err, want) {
			t.Errorf("under key %c: got %v, want %v", letter, err, want)
		}
	}
	f('a', nil)
	f('a', nil)
	f('b', postgres.ErrOtherIdentity)
	f('a', nil)
}
