-- The decision behind an order.
SELECT group_id, from_order_id, store_id, distance_m, decision::text, owner_kind, owner_id, delivery
FROM order_routing
WHERE order_id = $1
