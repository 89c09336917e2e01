package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/overdue"
)

// overdueLock is the advisory lock of the instance that looks after overdue orders: "overdue!" as a number.
const overdueLock = 0x6f76657264756521

// Overdue is the overdue.Orders.
type Overdue struct{ db *DB }

// Overdue returns the orders that something should happen to.
func (db *DB) Overdue() *Overdue { return &Overdue{db} }

// Sole implements overdue.Orders. The lock belongs to a session, so it goes with a process that dies.
func (o *Overdue) Sole(ctx context.Context) (release func(), ok bool, err error) {
	conn, err := o.db.pool.Acquire(ctx)
	if err != nil {
		return nil, false, explain("look for overdue orders", err)
	}
	err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", int64(overdueLock)).Scan(&ok)
	if err != nil || !ok {
		conn.Release()
		return nil, false, explain("look for overdue orders", err)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.Exec(ctx, "SELECT pg_advisory_unlock($1)", int64(overdueLock)); err != nil {
			_ = conn.Conn().Close(ctx) // the lock ends with the session
		}
		conn.Release()
	}, true, nil
}

// Unpaid implements overdue.Orders.
func (o *Overdue) Unpaid(ctx context.Context, before overdue.Cutoffs, after overdue.Due, limit int) (
	[]overdue.Due, error) {
	var latest time.Time
	for _, t := range before {
		if t.After(latest) {
			latest = t
		}
	}
	return o.list(ctx, "unpaid_orders", after.Arrived, after.ID, nullTimes(before), latest, limit)
}

// Unpicked implements overdue.Orders.
func (o *Overdue) Unpicked(ctx context.Context, before time.Time, reminded bool, after overdue.Due,
	limit int) ([]overdue.Due, error) {
	return o.list(ctx, "unpicked_orders", after.Arrived, after.ID, before, reminded, limit)
}

// Undelivered implements overdue.Orders.
func (o *Overdue) Undelivered(ctx context.Context, before overdue.Cutoffs, after overdue.Due, limit int) (
	[]overdue.Due, error) {
	return o.list(ctx, "undelivered_orders", after.Arrived, after.ID, nullTimes(before), limit)
}

// nullTimes makes an array for the server, which counts from 1.
func nullTimes(c overdue.Cutoffs) []*time.Time {
	out := make([]*time.Time, 0, len(c)-1)
	for i := 1; i < len(c); i++ {
		if c[i].IsZero() {
			out = append(out, nil)
			continue
		}
		out = append(out, &c[i])
	}
	return out
}

func (o *Overdue) list(ctx context.Context, query string, args ...any) ([]overdue.Due, error) {
	due, err := collect(ctx, o.db, query, func(row pgx.CollectableRow) (d overdue.Due, err error) {
		return d, row.Scan(&d.ID, &d.Store, &d.Fulfilment, &d.Arrived, &d.Since)
	}, args...)
	return due, explain("look for overdue orders", err)
}
