-- The money of an open payment has come. What came before stays.
UPDATE payment SET
    transaction_no = CASE state WHEN 1 THEN $2 ELSE transaction_no END,
    paid_at = CASE state WHEN 1 THEN $3 ELSE paid_at END,
    state = CASE state WHEN 1 THEN 2 ELSE state END
WHERE id = $1
RETURNING id, order_id, store_id, provider, trade_no, amount, state, paid_at
