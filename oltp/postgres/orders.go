package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/retail"
)

// Numbers implements order.Book.
func (o *Orders) Numbers(ctx context.Context) (first, count int64, err error) {
	err = o.db.pool.QueryRow(ctx, o.db.query("next_number")).Scan(&first, &count)
	return first, count, explain("draw order numbers", err)
}

// StoresOf implements order.Book.
func (o *Orders) StoresOf(ctx context.Context, ids []retail.OrderID) (
	map[retail.OrderID]retail.StoreID, error) {
	found := make(map[retail.OrderID]retail.StoreID, len(ids))
	err := o.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) {
		b.Queue(o.db.query("stores_of_orders"), ids).Query(func(rows pgx.Rows) error {
			var id retail.OrderID
			var store retail.StoreID
			_, err := pgx.ForEachRow(rows, []any{&id, &store}, func() error {
				found[id] = store
				return nil
			})
			return err
		})
	})
	return found, explain("find the stores of orders", err)
}

// Order implements order.Reader.
func (o *Orders) Order(ctx context.Context, scope retail.Scope, id retail.OrderID) (*order.View, error) {
	v := &order.View{}
	err := o.db.under(ctx, scope, func(b *pgx.Batch) {
		b.Queue(o.db.query("order_view"), id).QueryRow(scanOrder(v))
		b.Queue(o.db.query("order_view_lines"), id).Query(scanLines(v))
		b.Queue(o.db.query("price_grants"), id).Query(scanGrants(v))
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, order.ErrNoSuchOrder
	}
	return v, explain("read an order", err)
}

func scanOrder(v *order.View) func(pgx.Row) error {
	return func(row pgx.Row) error {
		var paid *int64
		var placed int64
		err := row.Scan(&v.ID, &v.Store, &v.Member, &v.Channel, &v.Fulfilment, &v.State, &placed, &paid,
			&v.PaymentMethod, &v.ExternalRef, &v.Campaign, &v.Simulated, &v.ArrivedAt)
		v.PlacedAt = fromUS(placed)
		if paid != nil {
			v.PaidAt = fromUS(*paid)
		}
		return err
	}
}

func scanLines(v *order.View) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		var l retail.Line
		var r order.Refunded
		into := []any{&l.No, &l.SKU, &l.Category, &l.Kind, &l.Qty, &l.UnitPrice, &l.Gross, &l.Discount,
			&l.CouponDiscount, &l.Cost, &r.Qty, &r.Gross, &r.Discount}
		_, err := pgx.ForEachRow(rows, into, func() error {
			l.Net = l.Gross - l.Discount
			v.Lines, v.Refunded = append(v.Lines, l), append(v.Refunded, r)
			return nil
		})
		return err
	}
}

// OrdersOf implements order.Reader.
func (o *Orders) OrdersOf(ctx context.Context, scope retail.Scope, store retail.StoreID,
	below retail.OrderID, limit int) (list []order.Brief, err error) {
	own := scope.Narrow([]retail.StoreID{store})
	err = o.db.under(ctx, own, func(b *pgx.Batch) {
		b.Queue(o.db.query("list_orders"), store, below, limit).Query(func(rows pgx.Rows) (err error) {
			list, err = pgx.CollectRows(rows, scanBrief)
			return err
		})
	})
	return list, explain("list orders", err)
}

func scanBrief(row pgx.CollectableRow) (o order.Brief, err error) {
	var placed, paid int64
	err = row.Scan(&o.ID, &o.Member, &o.Channel, &o.Fulfilment, &o.State, &placed, &paid, &o.ExternalRef,
		&o.Simulated, &o.Gross, &o.Discount)
	if o.PlacedAt = fromUS(placed); paid != 0 {
		o.PaidAt = fromUS(paid)
	}
	return o, err
}

func fromUS(us int64) time.Time { return time.UnixMicro(us).UTC() }
