package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/retail"
)

// Stock is the stock.Reader.
type Stock struct{ db *DB }

// Stock returns the stock levels.
func (db *DB) Stock() *Stock { return &Stock{db} }

// Level implements stock.Reader.
func (s *Stock) Level(ctx context.Context, scope retail.Scope, key retail.StockKey) (retail.StockLevel,
	error) {
	l := retail.StockLevel{StockKey: key}
	own := scope.Narrow([]retail.StoreID{key.Store})
	err := s.db.under(ctx, own, func(b *pgx.Batch) {
		b.Queue(s.db.query("stock_level"), key.Store, key.SKU).QueryRow(func(row pgx.Row) error {
			return row.Scan(&l.OnHand, &l.Reserved, &l.Version)
		})
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return l, nil
	}
	return l, explain("read a stock level", err)
}

// LevelsOf implements stock.Reader.
func (s *Stock) LevelsOf(ctx context.Context, scope retail.Scope, stores []retail.StoreID,
	skus []retail.SKUID) (found []retail.StockLevel, err error) {
	err = s.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(s.db.query("levels_of_stores"), stores, skus).Query(func(rows pgx.Rows) error {
			var l retail.StockLevel
			into := []any{&l.Store, &l.SKU, &l.OnHand, &l.Reserved, &l.Version}
			_, err := pgx.ForEachRow(rows, into, func() error {
				found = append(found, l)
				return nil
			})
			return err
		})
	})
	return found, explain("read stock levels", err)
}

// Snapshot implements stock.Reader.
func (s *Stock) Snapshot(ctx context.Context, yield func(retail.StockLevel) error) error {
	var refused error
	err := s.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(s.db.query("stock_snapshot")).Query(func(rows pgx.Rows) error {
			var l retail.StockLevel
			into := []any{&l.Store, &l.SKU, &l.OnHand, &l.Reserved, &l.Version}
			_, err := pgx.ForEachRow(rows, into, func() error {
				refused = yield(l)
				return refused
			})
			return err
		})
	})
	if refused != nil {
		return refused
	}
	return explain("read the stock", err)
}
