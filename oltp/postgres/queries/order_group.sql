-- The orders of one cart, and whether their stores declined.
SELECT r.order_id, r.store_id, r.from_order_id, o.state, o.gross, o.discount,
    EXISTS (SELECT FROM order_step s WHERE s.order_id = r.order_id AND s.step = 34)
FROM order_routing r
JOIN orders o ON o.id = r.order_id
WHERE r.group_id = $1
ORDER BY r.order_id
