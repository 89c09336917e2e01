package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/courier"
	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
	"github.com/tillstream/tillstream/retail/event"
)

// Couriers is the courier.Book.
type Couriers struct{ db *DB }

// Couriers returns the errands of couriers.
func (db *DB) Couriers() *Couriers { return &Couriers{db} }

// Plan implements courier.Book.
func (c *Couriers) Plan(ctx context.Context, provider string, pause time.Duration, most, limit int) (
	n int, err error) {
	err = c.db.inChain(ctx, func(tx pgx.Tx) error {
		ids, err := c.ids(ctx, tx, "plan_courier_jobs", provider, pause, most, limit)
		if n = len(ids); err != nil || n == 0 {
			return err
		}
		return c.tell(ctx, tx, ids)
	})
	return n, explain("plan errands", err)
}

// Again implements courier.Book.
func (c *Couriers) Again(ctx context.Context, id retail.OrderID, provider string) (job courier.Job,
	replayed bool, err error) {
	err = c.db.inChain(ctx, func(tx pgx.Tx) error {
		ids, err := c.ids(ctx, tx, "plan_courier_job", id, provider)
		if err == nil && len(ids) > 0 {
			err = c.tell(ctx, tx, ids)
		}
		replayed = len(ids) == 0
		return err
	})
	if err != nil {
		return job, false, explain("plan an errand", err)
	}
	job, err = c.one(ctx, "courier_job_now", id)
	if errors.Is(err, courier.ErrUnknownErrand) { // over already, or the order went on meanwhile
		return job, false, fmt.Errorf("cannot plan an errand of order %d: %w", id, order.ErrUnavailable)
	}
	return job, replayed, err
}

// Due implements courier.Book.
func (c *Couriers) Due(ctx context.Context, pause, quiet time.Duration, limit int) ([]courier.Due, error) {
	all, err := collect(ctx, c.db, "due_courier_jobs",
		func(row pgx.CollectableRow) (d courier.Due, err error) {
			d.Job, err = scanJob(row, &d.OrderState, &d.Simulated)
			return d, err
		}, pause, quiet, limit)
	return all, explain("list errands", err)
}

// ByNumber implements courier.Book.
func (c *Couriers) ByNumber(ctx context.Context, provider, number string) (courier.Job, error) {
	return c.one(ctx, "courier_job_by_number", provider, number)
}

// Change implements courier.Book.
func (c *Couriers) Change(ctx context.Context, id int64, q courier.Change) (job courier.Job, changed bool,
	err error) {
	err = c.db.inChain(ctx, func(tx pgx.Tx) error {
		if q.Nonce != "" {
			taken, err := tx.Exec(ctx, c.db.query("take_courier_nonce"), id, q.Nonce)
			if err != nil || taken.RowsAffected() == 0 {
				return err
			}
		}
		var pickup *time.Time
		if !q.PickupAt.IsZero() {
			pickup = &q.PickupAt
		}
		ids, err := c.ids(ctx, tx, "change_courier_job", id, q.State, q.Task, q.Fee, pickup, q.Reason, q.At)
		if changed = len(ids) > 0; err != nil || !changed {
			return err
		}
		return c.tell(ctx, tx, ids)
	})
	if err != nil {
		return job, false, explain("keep what became of an errand", err)
	}
	job, err = c.one(ctx, "courier_job", id)
	return job, changed, err
}

// Unsettled implements courier.Book.
func (c *Couriers) Unsettled(ctx context.Context, limit int) ([]courier.Job, error) {
	all, err := collect(ctx, c.db, "unsettled_courier_jobs", scanOneJob, limit)
	return all, explain("list errands", err)
}

// Settle implements courier.Book.
func (c *Couriers) Settle(ctx context.Context, id int64, s courier.State) error {
	return c.exec(ctx, "settle_courier_job", id, s)
}

// Forget implements courier.Book.
func (c *Couriers) Forget(ctx context.Context, before time.Time) error {
	return c.exec(ctx, "forget_courier_nonces", before)
}

// Jobs implements courier.Book.
func (c *Couriers) Jobs(ctx context.Context, scope retail.Scope, id retail.OrderID) (jobs []courier.Job,
	err error) {
	err = c.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(c.db.query("courier_jobs"), id).Query(func(rows pgx.Rows) (err error) {
			jobs, err = pgx.CollectRows(rows, scanOneJob)
			return err
		})
	})
	return jobs, explain("list the errands of an order", err)
}

func (c *Couriers) ids(ctx context.Context, tx pgx.Tx, query string, args ...any) ([]int64, error) {
	rows, err := tx.Query(ctx, c.db.query(query), args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int64])
}

func (c *Couriers) one(ctx context.Context, query string, args ...any) (courier.Job, error) {
	all, err := collect(ctx, c.db, query, scanOneJob, args...)
	switch {
	case err != nil:
		return courier.Job{}, explain("read an errand", err)
	case len(all) == 0:
		return courier.Job{}, courier.ErrUnknownErrand
	}
	return all[0], nil
}

func (c *Couriers) exec(ctx context.Context, query string, args ...any) error {
	err := c.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) { b.Queue(c.db.query(query), args...) })
	return explain("keep an errand", err)
}

func scanOneJob(row pgx.CollectableRow) (courier.Job, error) { return scanJob(row) }

func scanJob(row pgx.CollectableRow, more ...any) (j courier.Job, err error) {
	var pickup *time.Time
	err = row.Scan(append([]any{&j.ID, &j.Order, &j.Store, &j.Provider, &j.Number, &j.Task, &j.Fee, &j.State,
		&j.Settled, &j.Reason, &j.Tries, &j.AskedAt, &j.ChangedAt, &pickup}, more...)...)
	j.PickupAt = orZero(pickup)
	return j, err
}

// tell emits the events of jobs in the transaction that changed them.
func (c *Couriers) tell(ctx context.Context, tx pgx.Tx, ids []int64) error {
	rows, err := tx.Query(ctx, c.db.query("courier_facts"), ids)
	if err != nil {
		return err
	}
	var packet []byte
	var j courier.Job
	var member int64
	var channel retail.Channel
	var way retail.Fulfilment
	var simulated bool
	var zone string
	_, err = pgx.ForEachRow(rows, []any{&j.ID, &j.Order, &j.Store, &j.Provider, &j.Fee, &j.State, &j.Reason,
		&j.ChangedAt, &member, &channel, &way, &simulated, &zone}, func() error {
		at, err := zoneOrDefault(zone)
		if err != nil {
			return err
		}
		m := j.Event()
		m.MemberId, m.Channel, m.Fulfilment = member, event.Channel(channel), event.Fulfilment(way)
		m.At, m.Simulated = event.At(j.ChangedAt, at), simulated
		wire, err := event.Append(nil, m)
		if err != nil {
			return fmt.Errorf("cannot tell of errand %d: %w", j.ID, err)
		}
		packet = event.AppendFrame(packet, event.Frame{Kind: event.KindOrderCourier, Key: int64(j.Store),
			Wire: wire})
		return nil
	})
	if err == nil {
		_, err = tx.Exec(ctx, c.db.query("emit"), event.PacketPrefix, packet)
	}
	return err
}
