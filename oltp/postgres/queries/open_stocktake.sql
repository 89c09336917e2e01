-- A new stocktake, unless its key was used before.
INSERT INTO stocktake (idem_key, body_hash, version, opened_at, store_id, state, simulated, note, opened_by)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
ON CONFLICT (idem_key) DO NOTHING
RETURNING id
