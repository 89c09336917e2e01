-- Where a stocktake stands, locked.
SELECT state, (SELECT count(*) FROM stocktake_line l WHERE l.stocktake_id = t.id)
FROM stocktake t
WHERE t.id = $1
FOR UPDATE
