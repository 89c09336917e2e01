-- Gives an account another password, which voids its tokens and sessions.
UPDATE staff SET hash = $2, version = version + 1
WHERE name = $1
RETURNING id, name, role, hash, stores, regions, NOT active, version
