package postgres

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/oltp/order"
)

// TestRepeat counts the attempts of transactions that others are in the way of.
func TestRepeat(t *testing.T) {
	deadlock, unique := &pgconn.PgError{Code: "40P01"}, &pgconn.PgError{Code: uniqueViolation}
	wrapped := fmt.Errorf("cannot put the listing of SKU 1: %w", errMeanwhile)
	f := func(what string, err error, attempts int, final ...string) {
		t.Helper()
		n := 0
		got := repeat(func() error {
			n++
			return err
		}, final...)
		if n != attempts || !errors.Is(got, err) {
			t.Errorf("%s: %d attempts end with %v, want %d with %v", what, n, got, attempts, err)
		}
	}
	f("nothing wrong", nil, 1)
	f("a deadlock", deadlock, maxConflicts+1)
	f("a unique violation", unique, maxConflicts+1)
	f("a final one", unique, 1, uniqueViolation)
	f("others meanwhile", wrapped, maxConflicts+1)
	f("a refusal", &undecided{order.ErrKeyReused}, 1)
	f("the network", errors.New("broken pipe"), 1)
	if isLost(wrapped) {
		t.Error("a bulk that was always too slow reads as a database that is down")
	}
	if err := explain("put listings", wrapped); errors.Is(err, order.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	n := 0
	if err := repeat(func() error {
		if n++; n < 3 {
			return deadlock
		}
		return nil
	}); err != nil || n != 3 {
		t.Errorf("the third attempt succeeds: got %v after %d", err, n)
	}
}
