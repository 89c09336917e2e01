-- Errands that the service should be asked about: those without an answer again after $1, twice as long each
-- time and at most 10 minutes, those under way when nothing was heard of them for $2, and those whose order
-- does not wait any more.
WITH due AS (
    SELECT j.id, o.state, o.simulated
    FROM courier_job j
    CROSS JOIN LATERAL (SELECT t.state, t.simulated FROM orders t WHERE t.id = j.order_id OFFSET 0) o
    WHERE j.state <= 4 AND j.next_at <= now()
        AND (j.state = 1 OR j.heard_at + $2::interval <= now() OR j.state < 4 AND o.state <> 8)
    ORDER BY j.next_at
    LIMIT $3
    FOR UPDATE OF j SKIP LOCKED
)
UPDATE courier_job j
SET tries = j.tries + 1, next_at = now() + least(interval '10 minutes', $1::interval * 2 ^ least(j.tries, 20))
FROM due
WHERE j.id = due.id
RETURNING j.id, j.order_id, j.store_id, j.provider, j.number, j.task, j.fee, j.state, j.settled, j.reason,
    j.tries, j.asked_at, j.changed_at, j.pickup_at, due.state, due.simulated
