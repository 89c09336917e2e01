-- The payment of an order with a provider, made on first use. The update changes nothing but returns the row.
INSERT INTO payment (order_id, store_id, provider, trade_no, amount, state)
VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT (provider, trade_no) DO UPDATE SET provider = excluded.provider
RETURNING id, order_id, store_id, provider, trade_no, amount, state, paid_at
