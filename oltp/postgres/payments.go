package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tillstream/tillstream/oltp/order"
	"github.com/tillstream/tillstream/oltp/payment"
	"github.com/tillstream/tillstream/retail"
)

// Payments is the payment.Book.
type Payments struct{ db *DB }

// Payments returns the charges and repayments.
func (db *DB) Payments() *Payments { return &Payments{db} }

// Open implements payment.Book.
func (p *Payments) Open(ctx context.Context, provider, trade string, parts []payment.Payment) (
	[]payment.Payment, error) {
	numbers, orders := make([]int16, len(parts)), make([]int64, len(parts))
	stores, amounts := make([]int32, len(parts)), make([]int64, len(parts))
	for i, q := range parts {
		numbers[i], orders[i] = int16(i), int64(q.Order)
		stores[i], amounts[i] = int32(q.Store), int64(q.Amount)
	}
	return p.parts(ctx, "open_payment", provider, trade, numbers, orders, stores, amounts)
}

// ByTrade implements payment.Book.
func (p *Payments) ByTrade(ctx context.Context, provider, trade string) ([]payment.Payment, error) {
	return p.parts(ctx, "payment_by_trade", provider, trade)
}

// Receive implements payment.Book.
func (p *Payments) Receive(ctx context.Context, provider, trade, transaction string, at time.Time) (
	[]payment.Payment, error) {
	return p.parts(ctx, "receive_payment", provider, trade, transaction, at)
}

// Silent implements payment.Book.
func (p *Payments) Silent(ctx context.Context, after time.Duration, limit int) ([]payment.Asked, error) {
	all, err := collect(ctx, p.db, "silent_payments",
		func(row pgx.CollectableRow) (a payment.Asked, err error) {
			return a, row.Scan(&a.Provider, &a.Trade, &a.Times)
		}, after, limit)
	return all, explain("list payments", err)
}

// Close implements payment.Book.
func (p *Payments) Close(ctx context.Context, provider, trade string) error {
	return p.exec(ctx, "close_payment", provider, trade)
}

// Received implements payment.Book.
func (p *Payments) Received(ctx context.Context, limit int) ([]payment.Payment, error) {
	all, err := collect(ctx, p.db, "received_payments", scanPayment, limit)
	return all, explain("list payments", err)
}

// Settle implements payment.Book.
func (p *Payments) Settle(ctx context.Context, id int64, applied bool) error {
	return p.exec(ctx, "settle_payment", id, applied)
}

// Owed implements payment.Book.
func (p *Payments) Owed(ctx context.Context, limit int) ([]payment.Owed, error) {
	all, err := collect(ctx, p.db, "owed_payments",
		func(row pgx.CollectableRow) (o payment.Owed, err error) {
			return o, row.Scan(&o.ID, &o.Provider, &o.Trade, &o.Amount, &o.Total, &o.Reason, &o.Attempts)
		}, limit)
	return all, explain("list what is owed", err)
}

// Sent implements payment.Book.
func (p *Payments) Sent(ctx context.Context, id int64) error {
	return p.exec(ctx, "repaid_payment", id, 2)
}

// Repaid implements payment.Book.
func (p *Payments) Repaid(ctx context.Context, id int64, status payment.Status) error {
	switch status {
	case payment.Done:
		return p.exec(ctx, "repaid_payment", id, 3)
	case payment.Failed:
		return p.exec(ctx, "repaid_payment", id, 4)
	}
	return nil
}

// parts returns the parts of a trade.
func (p *Payments) parts(ctx context.Context, query string, args ...any) ([]payment.Payment, error) {
	all, err := collect(ctx, p.db, query, scanPayment, args...)
	switch {
	case err != nil:
		return nil, explain("keep a payment", err)
	case len(all) == 0:
		return nil, payment.ErrUnknownTrade
	}
	return all, nil
}

func scanPayment(row pgx.CollectableRow) (p payment.Payment, err error) {
	var paid *time.Time
	err = row.Scan(&p.ID, &p.Order, &p.Store, &p.Provider, &p.Trade, &p.Amount, &p.State, &paid)
	if paid != nil {
		p.PaidAt = paid.UTC()
	}
	return p, err
}

func (p *Payments) exec(ctx context.Context, query string, args ...any) error {
	err := p.db.under(ctx, retail.HQScope(), func(b *pgx.Batch) { b.Queue(p.db.query(query), args...) })
	return explain("keep a payment", err)
}

// owed queues what refunds of orders owe through providers.
func (t *transaction) owed(r *order.RefundRows) {
	ofOrder := false
	for _, id := range r.Order {
		ofOrder = ofOrder || id != 0
	}
	if !ofOrder {
		return
	}
	net := make([]int64, len(r.ID))
	for i := range net {
		net[i] = r.Gross[i] - r.Discount[i]
	}
	t.int8s(r.ID)
	t.int8s(r.Order)
	t.int8s(net)
	t.texts(r.Reason, false)
	t.queue("insert_payment_refunds", nil)
}
