-- Orders that are late on their way, after a place in the list. $3 holds the latest time of reaching a state
-- that is too late by now, for each state by its number and then each way of fulfilment, null for none.
SELECT o.id, o.store_id, o.fulfilment, o.arrived_at, s.at
FROM orders o
JOIN order_step s ON s.order_id = o.id AND s.step = o.state
WHERE o.state IN (3, 8, 9) AND (o.arrived_at, o.id) > ($1::timestamptz, $2::int8)
    AND s.at < ($3::timestamptz[])[o.fulfilment]
    AND NOT EXISTS (SELECT FROM order_step l WHERE l.order_id = o.id AND l.step = 33)
ORDER BY o.arrived_at, o.id
LIMIT $4
