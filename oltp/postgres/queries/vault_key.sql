-- The data key of an owner.
SELECT master, wrapped FROM vault_key WHERE owner_kind = $1 AND owner_id = $2
