package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// grants queues what was sold other than listed.
func (t *transaction) grants(g *order.GrantRows) {
	if len(g.Order) == 0 {
		return
	}
	p := &t.columns
	p.int8s(g.Order)
	p.int8s(g.List)
	p.int4s(g.Store)
	p.int2s(g.No)
	p.texts(g.By, false)
	p.texts(g.Reason, false)
	t.queue("insert_price_grants", nil)
}

// Before implements order.Memory.
func (o *Orders) Before(ctx context.Context, key order.Key) (b order.Before, found bool, err error) {
	err = o.db.under(ctx, retail.HQScope(), func(q *pgx.Batch) {
		q.Queue(o.db.query("orders_before"), [][16]byte{key}).QueryRow(func(row pgx.Row) error {
			return row.Scan((*[16]byte)(&b.Key), &b.ID, &b.Hash, &b.State, &b.Gross, &b.Discount)
		})
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return b, false, nil
	}
	return b, err == nil, explain("find an order by its key", err)
}

func scanGrants(v *order.View) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		v.Grants, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (g order.Grant, err error) {
			return g, row.Scan(&g.No, &g.List, &g.By, &g.Reason)
		})
		return err
	}
}
