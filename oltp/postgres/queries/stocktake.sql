-- One stocktake.
SELECT id, store_id, state, note, opened_at, opened_by, closed_at, closed_by, reason, value, simulated,
    version
FROM stocktake
WHERE id = $1
