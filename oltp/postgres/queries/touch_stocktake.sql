-- A stocktake whose row the transaction has locked is counted, or given up.
UPDATE stocktake
SET state = $2, version = version + 1, closed_at = $3, closed_by = $4, reason = $5
WHERE id = $1
