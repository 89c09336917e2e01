-- One errand.
SELECT id, order_id, store_id, provider, number, task, fee, state, settled, reason, tries, asked_at, changed_at,
    pickup_at
FROM courier_job
WHERE provider = $1 AND number = $2
