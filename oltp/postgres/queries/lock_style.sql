-- Locks a style that changes.
SELECT id FROM style WHERE code = $1 FOR UPDATE
