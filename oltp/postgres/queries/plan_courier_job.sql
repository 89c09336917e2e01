-- One more errand for an order that waits for a courier, unless one is under way.
INSERT INTO courier_job (order_id, store_id, provider, number)
SELECT o.id, o.store_id, $2::text,
    'D' || o.id || '-' || (SELECT count(*) + 1 FROM courier_job j WHERE j.order_id = o.id)
FROM orders o
WHERE o.id = $1 AND o.state = 8 AND o.fulfilment = 3
ON CONFLICT DO NOTHING
RETURNING id
