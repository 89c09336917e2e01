-- The first data key of an owner. Nothing is returned when there is one already.
INSERT INTO vault_key (owner_kind, owner_id, master, wrapped)
VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING master, wrapped
