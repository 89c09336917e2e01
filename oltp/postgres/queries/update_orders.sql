-- Orders that moved on, at the places where the transaction has locked them, as in update_stock.sql. A
-- payment date is given where the payment is the news.
WITH changed AS (
    UPDATE orders o
    SET state = k.state,
        paid_at = coalesce(k.paid_at, o.paid_at),
        sale_day = coalesce(k.sale_day, o.sale_day),
        payment_method = CASE WHEN k.paid_at IS NULL THEN o.payment_method ELSE k.payment_method END
    FROM unnest($1::tid[], $2::int2[], $3::timestamptz[], $4::date[], $5::text[])
        AS k (place, state, paid_at, sale_day, payment_method)
    WHERE o.ctid = k.place
    RETURNING 1
)
SELECT 1 / (count(*) = cardinality($1))::int4 FROM changed
