-- Orders that moved on. A payment date is given where the payment is the news.
UPDATE orders o
SET state = k.state,
    paid_at = coalesce(k.paid_at, o.paid_at),
    sale_day = coalesce(k.sale_day, o.sale_day),
    payment_method = CASE WHEN k.paid_at IS NULL THEN o.payment_method ELSE k.payment_method END
FROM unnest($1::int8[], $2::int2[], $3::timestamptz[], $4::date[], $5::text[])
    AS k (id, state, paid_at, sale_day, payment_method)
WHERE o.id = k.id
