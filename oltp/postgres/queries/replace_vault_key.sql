-- Another wrapping of a data key that has not changed meanwhile.
UPDATE vault_key SET master = $5, wrapped = $6
WHERE owner_kind = $1 AND owner_id = $2 AND master = $3 AND wrapped = $4 AND destroyed_at IS NULL
