package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Steps implements order.Historian.
func (o *Orders) Steps(ctx context.Context, scope retail.Scope, id retail.OrderID) (
	steps []order.Happening, err error) {
	err = o.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(o.db.query("order_steps"), id).Query(func(rows pgx.Rows) (err error) {
			steps, err = pgx.CollectRows(rows, scanStep)
			return err
		})
	})
	return steps, explain("read an order's steps", err)
}

func scanStep(row pgx.CollectableRow) (h order.Happening, err error) {
	var at int64
	err = row.Scan(&h.Step, &at, &h.Reason, &h.Net)
	h.At = fromUS(at)
	return h, err
}

// steps queues the steps that orders took.
func (t *transaction) steps(s *order.StepRows) {
	if len(s.Order) == 0 {
		return
	}
	p := &t.columns
	p.int8s(s.Order)
	p.times(s.At)
	p.int4s(s.Store)
	p.int2s(s.Step)
	p.texts(s.Reason, false)
	t.queue("insert_order_steps", nil)
}
