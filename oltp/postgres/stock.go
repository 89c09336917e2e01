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
func (s *Stock) Level(ctx context.Context, key retail.StockKey) (retail.StockLevel, error) {
	l := retail.StockLevel{StockKey: key}
	err := s.db.pool.QueryRow(ctx, s.db.query("stock_level"), key.Store, key.SKU).Scan(&l.OnHand,
		&l.Reserved, &l.Version)
	if errors.Is(err, pgx.ErrNoRows) {
		return l, nil
	}
	return l, explain("read a stock level", err)
}

// Snapshot implements stock.Reader.
func (s *Stock) Snapshot(ctx context.Context, yield func(retail.StockLevel) error) error {
	rows, err := s.db.pool.Query(ctx, s.db.query("stock_snapshot"))
	if err != nil {
		return explain("read the stock", err)
	}
	var l retail.StockLevel
	var refused error
	_, err = pgx.ForEachRow(rows, []any{&l.Store, &l.SKU, &l.OnHand, &l.Reserved, &l.Version}, func() error {
		refused = yield(l)
		return refused
	})
	if refused != nil {
		return refused
	}
	return explain("read the stock", err)
}
