-- Errands for orders that wait for a courier: with the provider $1, again after $2 and twice as long each time,
-- at most $3 for an order, at most $4 at once. An errand is not older than the step that it follows, whose time
-- another clock may have told, or one that was read after this transaction began.
INSERT INTO courier_job (order_id, store_id, provider, number, changed_at)
SELECT o.id, o.store_id, $1::text, 'D' || o.id || '-' || (past.jobs + 1),
    greatest(now(), (SELECT max(s.at) FROM order_step s WHERE s.order_id = o.id))
FROM orders o
CROSS JOIN LATERAL (
    SELECT count(*) AS jobs, max(j.changed_at) AS last,
        coalesce(bool_or(j.state <= 5 OR j.reason = 'no_address'), false) AS settled
    FROM courier_job j
    WHERE j.order_id = o.id
) past
WHERE o.state IN (2, 3, 8, 9) AND o.state = 8 AND o.fulfilment = 3 AND NOT past.settled AND past.jobs < $3::int8
    AND (past.jobs = 0 OR past.last + $2::interval * 2 ^ (past.jobs - 1) <= now())
    AND (EXISTS (SELECT FROM order_routing r WHERE r.order_id = o.id AND r.delivery <> '')
        OR EXISTS (SELECT FROM order_delivery d WHERE d.order_id = o.id))
ORDER BY o.id
LIMIT $4
ON CONFLICT DO NOTHING
RETURNING id
