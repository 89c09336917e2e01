-- Where the goods of an order go, sealed.
SELECT owner_kind, owner_id, delivery FROM order_delivery WHERE order_id = $1
UNION ALL
SELECT owner_kind, owner_id, delivery FROM order_routing WHERE order_id = $1 AND delivery <> ''
LIMIT 1
