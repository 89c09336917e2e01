package postgres

import (
	"context"
	"errors"
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
func (p *Payments) Open(ctx context.Context, q payment.Payment) (payment.Payment, error) {
	return p.one(ctx, "open_payment", q.Order, q.Store, q.Provider, q.Trade, q.Amount)
}

// ByTrade implements payment.Book.
func (p *Payments) ByTrade(ctx context.Context, provider, trade string) (payment.Payment, error) {
	return p.one(ctx, "payment_by_trade", provider, trade)
}

// Receive implements payment.Book.
func (p *Payments) Receive(ctx context.Context, id int64, transaction string, at time.Time) (
	payment.Payment, error) {
	return p.one(ctx, "receive_payment", id, transaction, at)
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

func (p *Payments) one(ctx context.Context, query string, args ...any) (payment.Payment, error) {
	all, err := collect(ctx, p.db, query, scanPayment, args...)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return payment.Payment{}, explain("keep a payment", err)
	case len(all) == 0:
		return payment.Payment{}, payment.ErrUnknownTrade
	}
	return all[0], nil
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
