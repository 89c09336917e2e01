-- Whether the order took the money. If not, all of it is owed.
WITH settled AS (
    UPDATE payment SET state = CASE WHEN $2::bool THEN 3 ELSE 4 END
    WHERE id = $1 AND state = 2
    RETURNING id, order_id, store_id, amount
)
INSERT INTO payment_refund (payment_id, refund_id, order_id, store_id, amount, state, reason)
SELECT id, 0, order_id, store_id, amount, 1, 'the order could not take the money'
FROM settled
WHERE NOT $2::bool
