package role

import (
	"context"
	"log/slog"

	"github.com/tillstream/tillstream/oltp/postgres"
	"github.com/tillstream/tillstream/oltp/staff"
)

// openVerifier makes what checks the tokens of the chain, revoked ones included.
func openVerifier(ctx context.Context, ring *staff.Ring, db *postgres.DB, log *slog.Logger) (
	*staff.Verifier, func(), error) {
	roll, err := staff.OpenRoll(ctx, staff.RollConfig{Source: db.Staff(), Log: log})
	if err != nil {
		return nil, nil, err
	}
	return ring.Verifier(roll, nil), roll.Close, nil
}

// seedStaff adds the accounts of a file that the database does not have. Without a file the first account
// is made by `tillstream staff add`.
func seedStaff(ctx context.Context, db *postgres.DB, file string, log *slog.Logger) error {
	if file == "" {
		return nil
	}
	users, err := staff.LoadFile(file)
	if err != nil {
		return err
	}
	added, err := db.Staff().Seed(ctx, users.Users())
	if added > 0 {
		log.Info("accounts were added", "file", file, "accounts", added)
	}
	return err
}
