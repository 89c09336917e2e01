-- Payments whose money has come and that are not settled. Those of the last moments are being settled now.
SELECT id, order_id, store_id, provider, trade_no, amount, state, paid_at
FROM payment
WHERE state = 2 AND paid_at < now() - interval '10 seconds'
ORDER BY id
LIMIT $1
