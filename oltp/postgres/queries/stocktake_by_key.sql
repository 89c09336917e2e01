-- The stocktake that was recorded under a key.
SELECT id, body_hash FROM stocktake WHERE idem_key = $1
