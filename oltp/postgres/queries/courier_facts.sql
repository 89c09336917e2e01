-- What the events of errands tell.
SELECT j.id, j.order_id, j.store_id, j.provider, j.fee, j.state, j.reason, j.changed_at, o.member_id,
    o.channel, o.fulfilment, o.simulated,
    coalesce((SELECT s.time_zone FROM store s WHERE s.id = j.store_id), '')
FROM courier_job j
CROSS JOIN LATERAL (
    SELECT t.member_id, t.channel, t.fulfilment, t.simulated FROM orders t WHERE t.id = j.order_id OFFSET 0
) o
WHERE j.id = ANY ($1::int8[])
ORDER BY j.id
