package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Steps implements order.Historian.
func (o *Orders) Steps(ctx context.Context, id retail.OrderID) ([]order.Happening, error) {
	rows, err := o.db.pool.Query(ctx, o.db.query("order_steps"), id)
	if err != nil {
		return nil, explain("read an order's steps", err)
	}
	steps, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (h order.Happening, err error) {
		var at int64
		err = row.Scan(&h.Step, &at, &h.Reason, &h.Net)
		h.At = fromUS(at)
		return h, err
	})
	return steps, explain("read an order's steps", err)
}

// steps queues the steps that orders took.
func (t *transaction) steps(s *order.StepRows) {
	if len(s.Order) == 0 {
		return
	}
	p := t.params
	p.int8s(s.Order)
	p.times(s.At)
	p.int4s(s.Store)
	p.int2s(s.Step)
	p.texts(s.Reason, false)
	t.queue("insert_order_steps", nil)
}
