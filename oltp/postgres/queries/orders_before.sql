-- Orders that were recorded under these keys.
SELECT idem_key, id, body_hash, state, gross, discount
FROM orders
WHERE idem_key = ANY ($1::uuid[])
