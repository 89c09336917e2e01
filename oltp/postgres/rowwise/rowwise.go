// Package rowwise places orders the way most shop systems do: one transaction an order, one statement a
// row, each stock row locked with FOR UPDATE before it is checked. It exists for comparison in
// benchmarks and is used by nothing else.
//
// It is the method at its best: prepared statements on pooled sessions, rows locked in one order, so
// that no two orders wait for each other in a ring, and no events.
package rowwise

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

//go:embed lock_stock.sql
var lockStock string

//go:embed update_stock.sql
var updateStock string

//go:embed insert_order.sql
var insertOrder string

//go:embed insert_line.sql
var insertLine string

//go:embed insert_move.sql
var insertMove string

// ErrShort says that there is too little stock for an order.
var ErrShort = errors.New("too little stock")

// Shop places orders in a database that oltp/postgres has migrated.
type Shop struct{ pool *pgxpool.Pool }

// Open connects with the given number of sessions.
func Open(ctx context.Context, dsn string, sessions int) (*Shop, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("cannot read the database address: %w", err)
	}
	cfg.MaxConns = int32(sessions)
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("cannot reach the database: %w", err)
	}
	return &Shop{pool}, nil
}

// Close ends the sessions.
func (s *Shop) Close() { s.pool.Close() }

// Place places one paid till order.
func (s *Shop) Place(ctx context.Context, r order.Request) error {
	lines := slices.Clone(r.Lines)
	slices.SortFunc(lines, func(a, b order.Line) int { return cmp.Compare(a.SKU, b.SKU) })
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		id, err := placeHead(ctx, tx, &r, lines)
		for i := range lines {
			if err == nil {
				err = placeLine(ctx, tx, id, r.Store, i+1, &lines[i])
			}
		}
		return err
	})
}

func placeHead(ctx context.Context, tx pgx.Tx, r *order.Request, lines []order.Line) (id int64, err error) {
	var gross, discount retail.Money
	for i := range lines {
		gross += lines[i].Gross
		discount += lines[i].Discount
	}
	key := r.Key
	if key == (order.Key{}) {
		key = order.RandomKey()
	}
	err = tx.QueryRow(ctx, insertOrder, [16]byte(key), int64(r.Member), time.Now(), int64(gross),
		int64(discount), int32(r.Store), r.PaymentMethod).Scan(&id)
	return id, err
}

func placeLine(ctx context.Context, tx pgx.Tx, id int64, store retail.StoreID, no int, l *order.Line) error {
	var onHand, reserved int32
	var version int64
	err := tx.QueryRow(ctx, lockStock, int32(store), int64(l.SKU)).Scan(&onHand, &reserved, &version)
	if err != nil {
		return err
	}
	if onHand-reserved < l.Qty {
		return ErrShort
	}
	onHand, version = onHand-l.Qty, version+1
	if _, err := tx.Exec(ctx, updateStock, int32(store), int64(l.SKU), onHand, version); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertLine, id, int64(l.SKU), int64(l.UnitPrice), int64(l.Gross),
		int64(l.Discount), l.Qty, int16(no))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertMove, int64(l.SKU), version, id, int32(store), -l.Qty, onHand, reserved)
	return err
}
