-- What the events of errands tell.
SELECT j.id, j.order_id, j.store_id, j.provider, j.fee, j.state, j.reason, j.changed_at, o.member_id,
    o.channel, o.fulfilment, o.simulated, coalesce(s.time_zone, '')
FROM courier_job j
CROSS JOIN LATERAL (
    SELECT t.member_id, t.channel, t.fulfilment, t.simulated FROM orders t WHERE t.id = j.order_id
) o
LEFT JOIN store s ON s.id = j.store_id
WHERE j.id = ANY ($1::int8[])
ORDER BY j.id
