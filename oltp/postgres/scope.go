package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tillstream/tillstream/retail"
)

// The group roles that sessions take on; migrations/020_role.sql says what each is for. None of them
// may bypass row-level security, whatever the login may.
const (
	roleIntake = "tillstream_intake"
	roleDesk   = "tillstream_desk"
)

// takeRole makes a new session work as a group role.
func takeRole(ctx context.Context, conn *pgx.Conn, role string) error {
	if _, err := conn.Exec(ctx, "SET ROLE "+role); err != nil {
		return fmt.Errorf("cannot work as %s: migrate the database, and GRANT %s TO %s: %w", role, role,
			conn.Config().User, err)
	}
	return nil
}

// scopeText is a scope as the setting tillstream.stores has it. The empty scope is not the empty text,
// but both see nothing.
func scopeText(s retail.Scope) string {
	if s.All() {
		return "all"
	}
	return "{" + s.Key() + "}"
}

// under runs the queries that queue adds to the batch as one transaction and in one round trip. They
// see what the scope sees. Every read of rows that belong to stores goes this way, those of the program
// itself with retail.HQScope: a session that names no scope sees none of them.
//
// A session of a server that was restarted tells so only when it is used. As long as no query has been
// answered, all sessions begin anew and queue is called again.
func (db *DB) under(ctx context.Context, scope retail.Scope, queue func(*pgx.Batch)) error {
	for losses := 0; ; losses++ {
		answered := false
		b := &pgx.Batch{}
		b.Queue(db.query("set_scope"), scopeText(scope)).Exec(func(pgconn.CommandTag) error {
			answered = true
			return nil
		})
		queue(b)
		err := db.pool.SendBatch(ctx, b).Close()
		if answered || losses > 0 || !isLost(err) || ctx.Err() != nil {
			return err
		}
		db.pool.Reset()
	}
}

// beginUnder begins a transaction that sees, and may change, what the scope sees, on behalf of whoever
// ctx carries.
func (db *DB) beginUnder(ctx context.Context, scope retail.Scope) (pgx.Tx, error) {
	tx, err := db.begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(ctx, db.query("set_scope"), scopeText(scope)); err != nil {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // the first error is the one to tell
		return nil, err
	}
	return tx, nil
}
