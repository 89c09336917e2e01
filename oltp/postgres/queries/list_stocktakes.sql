-- Stocktakes before an id, newest first. The scope is all stores, or those listed.
SELECT id, store_id, state, note, opened_at, opened_by, closed_at, closed_by, reason, value, simulated,
    version
FROM stocktake
WHERE ($1::int8 = 0 OR id < $1) AND ($3::bool OR store_id = ANY ($4::int4[]))
    AND ($5::int4 = 0 OR store_id = $5)
ORDER BY id DESC
LIMIT $2
