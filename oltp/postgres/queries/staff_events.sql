-- What the events of accounts say.
SELECT id, role, stores, regions, active, version
FROM staff
WHERE id = ANY ($1::int8[])
