-- The transfer that was recorded under a key.
SELECT id, body_hash FROM transfer WHERE idem_key = $1
