-- The errands of an order.
SELECT id, order_id, store_id, provider, number, task, fee, state, settled, reason, tries, asked_at, changed_at,
    pickup_at
FROM courier_job
WHERE order_id = $1
ORDER BY id
