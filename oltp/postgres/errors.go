package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/oltp/order"
)

// The SQLSTATEs that decide what happens next.
var (
	// repeatable are conflicts with another session that a repetition resolves: serialization
	// failure, deadlock, unique violation, lock timeout; and the division by zero with which a batch
	// protects itself against a row that has moved.
	repeatable = []string{"40001", "40P01", "23505", "55P03", "22012"}
	// unreachable are states of a server that is starting, stopping, full of sessions, or a standby.
	unreachable = []string{"57P01", "57P02", "57P03", "57P05", "53300", "25006"}
)

const diskFull = "53100"

func sqlState(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Code
	}
	return ""
}

// uniqueViolation is final where a row that another session added meanwhile is the answer itself.
const uniqueViolation = "23505"

func isRepeatable(err error) bool {
	return slices.Contains(repeatable, sqlState(err)) || errors.Is(err, errMeanwhile)
}

// repeat attempts a transaction again while other sessions are in its way, but not for ever, and not for
// the states that are final here. What it returns is the last attempt's error.
func repeat(attempt func() error, final ...string) error {
	for conflicts := 0; ; conflicts++ {
		err := attempt()
		if !isRepeatable(err) || slices.Contains(final, sqlState(err)) || conflicts >= maxConflicts {
			return err
		}
	}
}

// undecided is an error of the batch itself, not of the database.
type undecided struct{ error }

func (e *undecided) Unwrap() error { return e.error }

// errMeanwhile makes a bulk be tried again.
var errMeanwhile error = &undecided{errors.New("another session put or erased the same rows meanwhile")}

// isLost reports whether the session is gone, or the server cannot serve now. An error without a
// SQLSTATE came from the network, or from a deadline.
func isLost(err error) bool {
	if err == nil || errors.As(err, new(*undecided)) {
		return false
	}
	state := sqlState(err)
	return state == "" || state[:2] == "08" || slices.Contains(unreachable, state)
}

// explain turns an error of the driver into one that callers decide upon.
func explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	switch {
	case isLost(err):
		return fmt.Errorf("cannot %s: %w: %w", doing, order.ErrUnavailable, err)
	case sqlState(err) == diskFull:
		return fmt.Errorf("cannot %s: %w: free some room on the database's volume: %w", doing,
			order.ErrDiskFull, err)
	}
	return fmt.Errorf("cannot %s: %w", doing, err)
}
