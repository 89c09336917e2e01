-- Orders for a measurement, with their stores, the newest first.
SELECT id, store_id FROM orders ORDER BY id DESC LIMIT $1
