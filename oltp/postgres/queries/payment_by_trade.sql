-- The parts of a trade.
SELECT id, order_id, store_id, provider, trade_no, amount, state, paid_at
FROM payment
WHERE provider = $1 AND trade_no = $2
ORDER BY part
