-- Payments go along with orders that go to another store. One whose money is just being settled is settled by
-- that, if the order was paid with it.
UPDATE payment p
SET order_id = k.to_id, store_id = n.store_id,
    state = CASE WHEN p.state = 2 AND p.paid_at = o.paid_at AND p.provider = o.payment_method
        THEN 3 ELSE p.state END
FROM (SELECT unnest($1::int8[]) AS from_id, unnest($2::int8[]) AS to_id) k
CROSS JOIN LATERAL (
    SELECT t.paid_at, t.payment_method FROM orders t WHERE t.id = k.from_id OFFSET 0
) o
CROSS JOIN LATERAL (SELECT t.store_id FROM orders t WHERE t.id = k.to_id OFFSET 0) n
WHERE p.order_id = ANY ($1::int8[]) AND p.order_id = k.from_id
