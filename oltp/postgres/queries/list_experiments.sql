-- Experiments in ascending order of name, those after one.
SELECT id, name, lower(held), upper(held), holdout, variants, version
FROM experiment
WHERE name > $1
ORDER BY name
LIMIT $2
