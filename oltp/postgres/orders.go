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
	rows, err := o.db.pool.Query(ctx, o.db.query("stores_of_orders"), ids)
	if err != nil {
		return nil, explain("find the stores of orders", err)
	}
	found := make(map[retail.OrderID]retail.StoreID, len(ids))
	var id retail.OrderID
	var store retail.StoreID
	_, err = pgx.ForEachRow(rows, []any{&id, &store}, func() error {
		found[id] = store
		return nil
	})
	return found, explain("find the stores of orders", err)
}

// Order implements order.Reader.
func (o *Orders) Order(ctx context.Context, id retail.OrderID) (*order.View, error) {
	v := &order.View{}
	var paid *int64
	var placed int64
	err := o.db.pool.QueryRow(ctx, o.db.query("order_view"), id).Scan(&v.ID, &v.Store, &v.Member,
		&v.Channel, &v.Fulfilment, &v.State, &placed, &paid, &v.PaymentMethod, &v.ExternalRef, &v.Campaign,
		&v.Simulated)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, order.ErrNoSuchOrder
	}
	if err != nil {
		return nil, explain("read an order", err)
	}
	v.PlacedAt = fromUS(placed)
	if paid != nil {
		v.PaidAt = fromUS(*paid)
	}
	rows, err := o.db.pool.Query(ctx, o.db.query("order_lines"), []int64{int64(id)})
	if err != nil {
		return nil, explain("read an order's lines", err)
	}
	var l retail.Line
	var r order.Refunded
	var of int64
	_, err = pgx.ForEachRow(rows, []any{&of, &l.No, &l.SKU, &l.Category, &l.Kind, &l.Qty, &l.UnitPrice,
		&l.Gross, &l.Discount, &l.CouponDiscount, &l.Cost, &r.Qty, &r.Gross, &r.Discount}, func() error {
		l.Net = l.Gross - l.Discount
		v.Lines, v.Refunded = append(v.Lines, l), append(v.Refunded, r)
		return nil
	})
	return v, explain("read an order's lines", err)
}

func fromUS(us int64) time.Time { return time.UnixMicro(us).UTC() }
