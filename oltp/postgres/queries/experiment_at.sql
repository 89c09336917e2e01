-- The experiment in force at a moment, or the next one after it.
SELECT id, name, lower(held), upper(held), holdout, variants, version
FROM experiment
WHERE upper(held) > $1::timestamptz
ORDER BY lower(held)
LIMIT 1
