-- The stores of orders.
SELECT id, store_id FROM orders WHERE id = ANY ($1::int8[])
