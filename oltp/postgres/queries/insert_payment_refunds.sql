-- What refunds owe through the providers that the orders were paid with. A payment whose money has come is the
-- order's when it is settled, or when the order bears its very time.
INSERT INTO payment_refund (payment_id, refund_id, order_id, store_id, amount, state, reason)
SELECT p.id, k.refund_id, p.order_id, p.store_id, k.net, 1, k.reason
FROM (
    SELECT unnest($1::int8[]) AS refund_id, unnest($2::int8[]) AS order_id, unnest($3::int8[]) AS net,
        unnest($4::text[]) AS reason
) k
CROSS JOIN LATERAL (SELECT t.* FROM payment t WHERE t.order_id = k.order_id OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT o.paid_at, o.payment_method FROM orders o WHERE o.id = k.order_id OFFSET 0
) o
WHERE k.net > 0
    AND (p.state = 3 OR p.state = 2 AND p.paid_at = o.paid_at AND p.provider = o.payment_method)
