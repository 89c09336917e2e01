package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/staff"
	"github.com/tillstream/tillstream/retail"
)

// begin begins a transaction that changes something on behalf of whoever ctx carries. What it changes in
// an audited table is written down under that name, and without one under the program's.
func (db *DB) begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := db.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := db.actFor(ctx, tx); err != nil {
		_ = tx.Rollback(context.WithoutCancel(ctx)) // the first error is the one to tell
		return nil, err
	}
	return tx, nil
}

// actFor names in a transaction whoever ctx carries.
func (db *DB) actFor(ctx context.Context, tx pgx.Tx) error {
	p := staff.From(ctx)
	if p == nil {
		return nil
	}
	_, err := tx.Exec(ctx, db.query("set_actor"), p.User, staff.RequestOf(ctx))
	return err
}

// Audit implements staff.Auditor.
func (s *Staff) Audit(ctx context.Context, scope retail.Scope, t staff.Trail) (list []staff.Entry,
	err error) {
	err = s.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(s.db.query("list_audit"), t.Below, t.Limit, t.Thing, t.Key, t.Actor, int32(t.Store)).
			Query(func(rows pgx.Rows) (err error) {
				list, err = pgx.CollectRows(rows, scanEntry)
				return err
			})
	})
	return list, explainCatalogue("read the audit trail", err)
}

func scanEntry(row pgx.CollectableRow) (e staff.Entry, err error) {
	return e, row.Scan(&e.ID, &e.At, &e.Store, &e.Actor, &e.Request, &e.Action, &e.Thing, &e.Key, &e.Before,
		&e.After)
}
