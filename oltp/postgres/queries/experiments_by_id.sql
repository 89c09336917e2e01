SELECT id, name, lower(held), upper(held), holdout, variants, version FROM experiment WHERE id = ANY ($1::int8[])
ORDER BY id
