-- Data keys that another master key than the given one wraps.
SELECT owner_kind, owner_id, master, wrapped
FROM vault_key
WHERE destroyed_at IS NULL AND master <> $1
ORDER BY owner_kind, owner_id
LIMIT $2
