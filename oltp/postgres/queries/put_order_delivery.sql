-- Where the goods of an order go. What stands stays: a repeated order says the same.
INSERT INTO order_delivery (order_id, owner_id, store_id, owner_kind, delivery)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
