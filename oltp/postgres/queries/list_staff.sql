-- Accounts after a name.
SELECT id, name, role, hash, stores, regions, NOT active, version
FROM staff
WHERE name > $1
ORDER BY name
LIMIT $2
