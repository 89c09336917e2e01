-- Paid orders that a store has not begun to pick, after a place in the list: those that were paid before $3
-- and of which the store was not reminded, or, with $4, those of which it was reminded before $3.
SELECT o.id, o.store_id, o.fulfilment, o.arrived_at, coalesce(s.at, greatest(o.paid_at, o.arrived_at))
FROM orders o
LEFT JOIN order_step s ON s.order_id = o.id AND s.step = 32
WHERE o.state = 2 AND o.fulfilment <> 1 AND (o.arrived_at, o.id) > ($1::timestamptz, $2::int8)
    AND o.arrived_at < $3
    AND CASE WHEN $4::bool THEN s.at < $3 ELSE s.at IS NULL AND o.paid_at < $3 END
ORDER BY o.arrived_at, o.id
LIMIT $5
