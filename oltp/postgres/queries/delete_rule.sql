-- A merchandising rule whose row the transaction has locked holds no more.
UPDATE merchandising_rule
SET version = version + 1, deleted = true, changed_by = $2, changed_at = $3
WHERE id = $1
