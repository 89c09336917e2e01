-- The errand of an order that is under way, or done.
SELECT id, order_id, store_id, provider, number, task, fee, state, settled, reason, tries, asked_at, changed_at,
    pickup_at
FROM courier_job
WHERE order_id = $1 AND state <= 5
