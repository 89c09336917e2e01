-- An account by name.
SELECT id, name, role, hash, stores, regions, NOT active, version
FROM staff
WHERE name = $1
