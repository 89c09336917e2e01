-- The order that was recorded under a key.
SELECT id, body_hash, state, gross, discount FROM orders WHERE idem_key = $1::uuid
