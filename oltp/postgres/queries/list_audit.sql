-- Entries of the audit trail below a number, the newest first. '' and 0 do not filter.
SELECT id, at, coalesce(store_id, 0), actor, request, action, thing, key, before, after
FROM audit
WHERE id < $1 AND ($3 = '' OR thing = $3) AND ($4 = '' OR key = $4) AND ($5 = '' OR actor = $5)
    AND ($6 = 0 OR store_id = $6)
ORDER BY id DESC
LIMIT $2
