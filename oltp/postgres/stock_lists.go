package postgres

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/retail"
)

// A page of the ledger looks at windows of moveWindow blocks, at most maxMoveBlocks together: 64 MB.
const moveWindow, maxMoveBlocks = 1_024, 8_192

// Levels implements stock.Lister.
func (s *Stock) Levels(ctx context.Context, f stock.LevelFilter) (found []stock.Held, err error) {
	last := retail.StoreID(math.MaxInt32)
	if stores := f.Scope.Stores(); !f.Scope.All() {
		if len(stores) == 0 {
			return nil, nil
		}
		last = stores[len(stores)-1]
		if f.After.Store < stores[0] {
			f.After = retail.StockKey{Store: stores[0], SKU: -1}
		}
	}
	err = s.db.under(ctx, f.Scope, func(b *pgx.Batch) {
		b.Queue(s.db.query("list_stock"), f.After.Store, f.After.SKU, f.Limit, last, f.SKU, f.Below,
			f.Low).Query(func(rows pgx.Rows) error {
			found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (h stock.Held, err error) {
				return h, row.Scan(&h.Store, &h.SKU, &h.OnHand, &h.Reserved, &h.Version, &h.Safety,
					&h.InTransit)
			})
			return err
		})
	})
	return found, explain("list stock", err)
}

// Moves implements stock.Lister.
func (s *Stock) Moves(ctx context.Context, f stock.MoveFilter) ([]stock.Entry, string, error) {
	var high int64
	before := f.Before
	if _, err := fmt.Sscanf(f.Before, "(%d,", &high); err != nil {
		if err := s.db.pool.QueryRow(ctx, s.db.query("move_blocks")).Scan(&high); err != nil {
			return nil, "", explain("measure the ledger", err)
		}
		before = fmt.Sprintf("(%d,0)", high)
	}
	var found []stock.Entry
	for scanned := int64(0); scanned < maxMoveBlocks; scanned += moveWindow {
		low := max(0, high-moveWindow)
		from := fmt.Sprintf("(%d,0)", low)
		places, err := s.movesBetween(ctx, f, from, before, f.Limit-len(found), &found)
		if err != nil {
			return nil, "", explain("list the ledger", err)
		}
		if len(found) == f.Limit {
			return found, places[len(places)-1], nil
		}
		if low == 0 {
			return found, "", nil
		}
		high, before = low, from
	}
	return found, before, nil
}

func (s *Stock) movesBetween(ctx context.Context, f stock.MoveFilter, from, before string, limit int,
	into *[]stock.Entry) (places []string, err error) {
	err = s.db.under(ctx, f.Scope, func(b *pgx.Batch) {
		q := b.Queue(s.db.query("list_moves"), from, before, f.SKU, f.Kind, limit)
		q.Query(func(rows pgx.Rows) error {
			var e stock.Entry
			var place string
			_, err := pgx.ForEachRow(rows, []any{&place, &e.Store, &e.SKU, &e.Kind, &e.OnHandDelta,
				&e.ReservedDelta, &e.Level.OnHand, &e.Level.Reserved, &e.Level.Version, &e.Ref, &e.At,
				&e.Reason, &e.Simulated}, func() error {
				e.Level.StockKey = e.StockKey
				*into, places = append(*into, e), append(places, place)
				return nil
			})
			return err
		})
	})
	return places, err
}
