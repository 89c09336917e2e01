-- The parts of a trade with a provider, made on first use; one that was closed is open again. Otherwise the
-- update changes nothing but returns the rows.
INSERT INTO payment (provider, trade_no, part, order_id, store_id, amount, state)
SELECT $1, $2, p.part, p.order_id, p.store_id, p.amount, 1
FROM (
    SELECT unnest($3::int2[]) AS part, unnest($4::int8[]) AS order_id, unnest($5::int4[]) AS store_id,
        unnest($6::int8[]) AS amount
) p
ON CONFLICT (provider, trade_no, part) DO UPDATE SET
    state = CASE payment.state WHEN 5 THEN 1 ELSE payment.state END,
    asks = CASE payment.state WHEN 5 THEN 0 ELSE payment.asks END
RETURNING id, order_id, store_id, provider, trade_no, amount, state, paid_at
