-- The money of an open trade has come, for all of its parts. What came before stays.
UPDATE payment SET
    transaction_no = CASE WHEN state IN (1, 5) THEN $3 ELSE transaction_no END,
    paid_at = CASE WHEN state IN (1, 5) THEN $4 ELSE paid_at END,
    state = CASE WHEN state IN (1, 5) THEN 2 ELSE state END
WHERE provider = $1 AND trade_no = $2
RETURNING id, order_id, store_id, provider, trade_no, amount, state, paid_at
