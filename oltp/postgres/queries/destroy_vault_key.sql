-- Overwrites the data key of an owner, or notes that it must not have one.
INSERT INTO vault_key AS k (owner_kind, owner_id, master, wrapped, destroyed_at)
VALUES ($1, $2, '', '', now())
ON CONFLICT (owner_kind, owner_id) DO UPDATE SET master = '', wrapped = '', destroyed_at = now()
WHERE k.destroyed_at IS NULL
