-- Keeps the code of an erased member from being used again.
INSERT INTO member_erased (member_id, code_hash, erased_by) VALUES ($1, $2, $3) RETURNING erased_at
