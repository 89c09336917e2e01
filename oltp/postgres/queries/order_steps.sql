-- What happened to an order after it was placed and paid. A refund that was a part is step 36; the refund
-- that emptied an order is step 6, unless the order was cancelled with it. What couriers did stands with their
-- errands, from step 64 on. Times are microseconds.
SELECT step, (extract(epoch FROM at) * 1000000)::int8, reason, net
FROM (
    SELECT step, at, reason, 0::int8 AS net FROM order_step WHERE order_id = $1
    UNION ALL
    SELECT CASE state WHEN 6 THEN 6 WHEN 5 THEN 6 ELSE 36 END, refunded_at, reason, gross - discount
    FROM refund
    WHERE order_id = $1 AND order_id <> 0
    UNION ALL
    SELECT t.step, t.at, t.reason, 0
    FROM courier_job j
    CROSS JOIN LATERAL (VALUES (64, j.booked_at, ''), (65, j.assigned_at, ''),
        (66, CASE WHEN j.state >= 6 THEN j.changed_at END, j.reason)) t (step, at, reason)
    WHERE j.order_id = $1 AND t.at IS NOT NULL
) AS s
ORDER BY at, step
