package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/stocktake"
	"github.com/tillstream/tillstream/retail"
)

// Stocktakes is the stocktake.Book.
type Stocktakes struct{ db *DB }

// Stocktakes returns the book of stocktakes.
func (db *DB) Stocktakes() *Stocktakes { return &Stocktakes{db} }

// Open implements stocktake.Book.
func (b *Stocktakes) Open(ctx context.Context, r *stocktake.Request) (id int64, replayed bool, err error) {
	hash, err := order.Fingerprint([]any{r.Store, r.Note, r.Simulated, r.Lines})
	if err != nil {
		return 0, false, err
	}
	state := stocktake.Open
	if len(r.Lines) > 0 {
		state = stocktake.Counting
	}
	err = b.db.inChain(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, b.db.query("open_stocktake"), keyOrNull(r.Key), hash, r.At, r.Store, state,
			r.Simulated, r.Note, r.Who).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			replayed = true
			id, err = b.db.recorded(ctx, tx, "stocktake_by_key", r.Key, hash)
			return err
		}
		if err != nil {
			return err
		}
		return b.count(ctx, tx, id, r.Who, r.At, r.Lines)
	})
	return id, replayed, explain("open a stocktake", err)
}

func (b *Stocktakes) count(ctx context.Context, tx pgx.Tx, id int64, who string, at time.Time,
	lines []stocktake.Count) error {
	skus, counted := make([]int64, len(lines)), make([]int32, len(lines))
	for i, l := range lines {
		skus[i], counted[i] = int64(l.SKU), l.Counted
	}
	_, err := tx.Exec(ctx, b.db.query("count_stocktake"), id, skus, counted, at, who)
	return err
}

// Count implements stocktake.Book.
func (b *Stocktakes) Count(ctx context.Context, id int64, who string, at time.Time,
	lines []stocktake.Count) error {
	return b.change(ctx, id, func(tx pgx.Tx) error {
		if err := b.count(ctx, tx, id, who, at, lines); err != nil {
			return err
		}
		var state, skus int
		if err := tx.QueryRow(ctx, b.db.query("stocktake_state"), id).Scan(&state, &skus); err != nil {
			return err
		}
		if skus > stock.MaxPaperLines {
			return &undecided{&stocktake.TooLong{SKUs: skus}}
		}
		_, err := tx.Exec(ctx, b.db.query("touch_stocktake"), id, stocktake.Counting, nil, "", "")
		return err
	})
}

// Cancel implements stocktake.Book.
func (b *Stocktakes) Cancel(ctx context.Context, id int64, who, reason string, at time.Time) error {
	return b.change(ctx, id, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, b.db.query("touch_stocktake"), id, stocktake.Cancelled, at, who, reason)
		return err
	})
}

// change locks a stocktake that is not over and changes it.
func (b *Stocktakes) change(ctx context.Context, id int64, apply func(pgx.Tx) error) error {
	err := b.db.inChain(ctx, func(tx pgx.Tx) error {
		var state stocktake.State
		var skus int
		err := tx.QueryRow(ctx, b.db.query("stocktake_state"), id).Scan(&state, &skus)
		switch {
		case errors.Is(err, pgx.ErrNoRows):
			return &undecided{stocktake.ErrNoSuchStocktake}
		case err != nil:
			return err
		case state != stocktake.Open && state != stocktake.Counting:
			return &undecided{&stocktake.WrongState{ID: id, Is: state}}
		}
		return apply(tx)
	})
	return explain("change a stocktake", err)
}

// Stocktake implements stocktake.Book.
func (b *Stocktakes) Stocktake(ctx context.Context, scope retail.Scope, id int64) (*stocktake.Stocktake,
	error) {
	var found []stocktake.Stocktake
	var lines []stocktake.Line
	err := b.db.under(ctx, scope, func(batch *pgx.Batch) {
		queueStocktakes(batch, &found, b.db.query("stocktake"), id)
		batch.Queue(b.db.query("stocktake_lines"), id).Query(func(rows pgx.Rows) (err error) {
			lines, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (l stocktake.Line, err error) {
				return l, row.Scan(&l.SKU, &l.Counted, &l.At, &l.Who, &l.Expected, &l.Value)
			})
			return err
		})
	})
	if err != nil {
		return nil, explain("read a stocktake", err)
	}
	if len(found) == 0 {
		return nil, stocktake.ErrNoSuchStocktake
	}
	found[0].Lines = lines
	return &found[0], nil
}

// List implements stocktake.Book.
func (b *Stocktakes) List(ctx context.Context, f stocktake.Filter) (found []stocktake.Stocktake, err error) {
	err = b.db.under(ctx, f.Scope, func(batch *pgx.Batch) {
		queueStocktakes(batch, &found, b.db.query("list_stocktakes"), f.Before, f.Limit)
	})
	return found, explain("list stocktakes", err)
}

func queueStocktakes(batch *pgx.Batch, into *[]stocktake.Stocktake, sql string, args ...any) {
	batch.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s stocktake.Stocktake, err error) {
			var closed *time.Time
			err = row.Scan(&s.ID, &s.Store, &s.State, &s.Note, &s.OpenedAt, &s.OpenedBy, &closed,
				&s.ClosedBy, &s.Reason, &s.Value, &s.Simulated, &s.Version)
			s.ClosedAt = orZero(closed)
			return s, err
		})
		return err
	})
}
