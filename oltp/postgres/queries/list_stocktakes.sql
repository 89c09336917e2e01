-- Stocktakes before an id, newest first.
SELECT id, store_id, state, note, opened_at, opened_by, closed_at, closed_by, reason, value, simulated,
    version
FROM stocktake
WHERE $1::int8 = 0 OR id < $1
ORDER BY id DESC
LIMIT $2
