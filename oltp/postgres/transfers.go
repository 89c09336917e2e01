package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/stock"
	"github.com/tillstream/tillstream/oltp/transfer"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Transfers is the transfer.Book.
type Transfers struct{ db *DB }

// Transfers returns the book of transfers between stores.
func (db *DB) Transfers() *Transfers { return &Transfers{db} }

// Draft implements transfer.Book.
func (b *Transfers) Draft(ctx context.Context, r *transfer.Request,
	tell func(*transfer.Transfer) ([]byte, error)) (id int64, replayed bool, err error) {
	hash, err := order.Fingerprint([]any{r.From, r.To, r.Freight, r.Reason, r.Simulated, r.Lines})
	if err != nil {
		return 0, false, err
	}
	err = b.db.inChain(ctx, func(tx pgx.Tx) error {
		err := tx.QueryRow(ctx, b.db.query("draft_transfer"), keyOrNull(r.Key), hash, r.Freight, r.At,
			r.From, r.To, r.Simulated, r.Reason).Scan(&id)
		if errors.Is(err, pgx.ErrNoRows) {
			replayed = true
			id, err = b.db.recorded(ctx, tx, "transfer_by_key", r.Key, hash)
			return err
		}
		if err != nil {
			return err
		}
		skus, qtys := make([]int64, len(r.Lines)), make([]int32, len(r.Lines))
		t := transfer.Transfer{ID: id, From: r.From, To: r.To, State: transfer.Draft, Freight: r.Freight,
			Simulated: r.Simulated, Version: 1}
		for i, l := range r.Lines {
			skus[i], qtys[i] = int64(l.SKU), l.Qty
			t.Lines = append(t.Lines, transfer.Line{No: int16(i + 1), SKU: l.SKU, Qty: l.Qty})
		}
		if _, err = tx.Exec(ctx, b.db.query("draft_transfer_lines"), id, skus, qtys, r.At, r.Who,
			r.Reason); err != nil {
			return err
		}
		packet, err := tell(&t)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, b.db.query("emit"), event.PacketPrefix, packet)
		return err
	})
	return id, replayed, explain("draft a transfer", err)
}

// recorded finds what was recorded under a key, if it has the same fingerprint.
func (db *DB) recorded(ctx context.Context, tx pgx.Tx, query string, key order.Key, hash int64) (
	id int64, err error) {
	var was int64
	if err = tx.QueryRow(ctx, db.query(query), key[:]).Scan(&id, &was); err == nil && was != hash {
		err = &undecided{order.ErrKeyReused}
	}
	return id, err
}

// keyOrNull is a key as a parameter; the zero key is null.
func keyOrNull(k order.Key) *[16]byte {
	if k == (order.Key{}) {
		return nil
	}
	raw := [16]byte(k)
	return &raw
}

// Step implements transfer.Book.
func (b *Transfers) Step(ctx context.Context, c *transfer.Change, packet []byte) error {
	text, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("cannot write a step of transfer %d: %w", c.ID, err)
	}
	err = b.db.inChain(ctx, func(tx pgx.Tx) error {
		var id, version int64
		err := tx.QueryRow(ctx, b.db.query("transfers_locked"), []int64{c.ID}).Scan(&id, &version)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && version != c.Version-1 {
			return &undecided{stock.ErrPaperChanged}
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, b.db.query("book_transfer"), string(text)); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, b.db.query("emit"), event.PacketPrefix, packet)
		return err
	})
	return explain("record a step of a transfer", err)
}

// Transfer implements transfer.Book.
func (b *Transfers) Transfer(ctx context.Context, scope retail.Scope, id int64) (*transfer.Transfer, error) {
	var found []transfer.Transfer
	var steps []transfer.Step
	err := b.db.under(ctx, scope, func(batch *pgx.Batch) {
		b.queue(batch, &found, "transfer", id)
		b.queueLines(batch, &found, []int64{id})
		batch.Queue(b.db.query("transfer_steps"), id).Query(func(rows pgx.Rows) (err error) {
			steps, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (s transfer.Step, err error) {
				return s, row.Scan(&s.State, &s.At, &s.Who, &s.Reason)
			})
			return err
		})
	})
	if err != nil {
		return nil, explain("read a transfer", err)
	}
	if len(found) == 0 {
		return nil, transfer.ErrNoSuchTransfer
	}
	found[0].Steps = steps
	return &found[0], nil
}

// List implements transfer.Book.
func (b *Transfers) List(ctx context.Context, f transfer.Filter) ([]transfer.Transfer, error) {
	var found []transfer.Transfer
	err := b.db.under(ctx, f.Scope, func(batch *pgx.Batch) {
		b.queue(batch, &found, "list_transfers", f.Before, f.Limit, f.State)
	})
	if err != nil || len(found) == 0 {
		return nil, explain("list transfers", err)
	}
	ids := make([]int64, len(found))
	for i := range found {
		ids[i] = found[i].ID
	}
	err = b.db.under(ctx, f.Scope, func(batch *pgx.Batch) { b.queueLines(batch, &found, ids) })
	return found, explain("list the lines of transfers", err)
}

// queue adds a query for transfers without their lines.
func (b *Transfers) queue(batch *pgx.Batch, into *[]transfer.Transfer, query string, args ...any) {
	batch.Queue(b.db.query(query), args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t transfer.Transfer, err error) {
			var shipped, received *time.Time
			err = row.Scan(&t.ID, &t.From, &t.To, &t.State, &t.Freight, &t.Reason, &t.CreatedAt, &shipped,
				&received, &t.Simulated, &t.Version)
			t.ShippedAt, t.ReceivedAt = orZero(shipped), orZero(received)
			return t, err
		})
		return err
	})
}

// queueLines adds a query for the lines of transfers, which are read by then.
func (b *Transfers) queueLines(batch *pgx.Batch, into *[]transfer.Transfer, ids []int64) {
	batch.Queue(b.db.query("transfer_lines"), ids).Query(func(rows pgx.Rows) error {
		places := map[int64]*transfer.Transfer{}
		for i := range *into {
			places[(*into)[i].ID] = &(*into)[i]
		}
		var of int64
		var l transfer.Line
		_, err := pgx.ForEachRow(rows, []any{&of, &l.No, &l.SKU, &l.Qty, &l.Shipped, &l.Received, &l.Lost,
			&l.Claimed, &l.Cost, &l.Reason}, func() error {
			if t := places[of]; t != nil {
				t.Lines = append(t.Lines, l)
			}
			return nil
		})
		return err
	})
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// InTransit implements transfer.Book.
func (b *Transfers) InTransit(ctx context.Context, scope retail.Scope, after retail.StockKey, limit int) (
	found []transfer.InTransit, err error) {
	err = b.db.under(ctx, scope, func(batch *pgx.Batch) {
		q := batch.Queue(b.db.query("in_transit"), after.Store, after.SKU, limit)
		q.Query(func(rows pgx.Rows) error {
			found, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (t transfer.InTransit,
				err error) {
				return t, row.Scan(&t.Store, &t.SKU, &t.Qty)
			})
			return err
		})
	})
	return found, explain("read what is in transit", err)
}

// inChain runs a transaction of the program itself, which sees the whole chain.
func (db *DB) inChain(ctx context.Context, do func(pgx.Tx) error) error {
	tx, err := db.beginUnder(ctx, retail.HQScope())
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}
