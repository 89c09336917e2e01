package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/ledger"
	"github.com/tillstream/tillstream/retail"
)

// Ledger is the ledger.Reader.
type Ledger struct{ db *DB }

// Ledger returns the books.
func (db *DB) Ledger() *Ledger { return &Ledger{db} }

// Totals implements ledger.Reader.
func (l *Ledger) Totals(ctx context.Context) ([]ledger.Total, error) {
	all, err := collect(ctx, l.db, "ledger_totals", func(row pgx.CollectableRow) (t ledger.Total, err error) {
		err = row.Scan(&t.Store, &t.Day, &t.Orders, &t.Lines, &t.Units, &t.Gross, &t.Discount,
			&t.Refunds, &t.RefundLines, &t.RefundUnits, &t.RefundGross, &t.RefundDiscount)
		t.Net, t.RefundNet = t.Gross-t.Discount, t.RefundGross-t.RefundDiscount
		return t, err
	})
	return all, explain("sum the ledger", err)
}

// Drift implements ledger.Reader.
func (l *Ledger) Drift(ctx context.Context) ([]ledger.Drift, error) {
	all, err := collect(ctx, l.db, "ledger_drift", func(row pgx.CollectableRow) (d ledger.Drift, err error) {
		return d, row.Scan(&d.Store, &d.SKU, &d.OnHand, &d.Reserved, &d.Version, &d.LedgerOnHand,
			&d.LedgerReserved)
	})
	return all, explain("compare stock and ledger", err)
}

// collect reads all rows of a query over the whole chain.
func collect[T any](ctx context.Context, db *DB, query string, scan pgx.RowToFunc[T], args ...any) (
	all []T, err error) {
	err = db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(db.query(query), args...).Query(func(rows pgx.Rows) (err error) {
			all, err = pgx.CollectRows(rows, scan)
			return err
		})
	})
	return all, err
}
