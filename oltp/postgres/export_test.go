package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/retail"
)

// Under shows tests the door of all scoped reads.
func (db *DB) Under(ctx context.Context, scope retail.Scope, queue func(*pgx.Batch)) error {
	return db.under(ctx, scope, queue)
}

// Forgetful runs a query as a reader does who forgot the scope.
func (db *DB) Forgetful(ctx context.Context, sql string, into ...any) error {
	return db.pool.QueryRow(ctx, sql).Scan(into...)
}

// Writing runs a query in a session of the intake's writers.
func (db *DB) Writing(ctx context.Context, sql string, into ...any) error {
	return db.hot.QueryRow(ctx, sql).Scan(into...)
}
