-- Errands that their orders were not brought up to date with. Those of the last moments are being settled now.
SELECT id, order_id, store_id, provider, number, task, fee, state, settled, reason, tries, asked_at, changed_at,
    pickup_at
FROM courier_job
WHERE state IN (4, 5) AND settled < state AND heard_at < now() - interval '10 seconds'
ORDER BY id
LIMIT $1
