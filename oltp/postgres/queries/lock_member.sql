-- Locks a member of a scope.
SELECT id FROM member
WHERE code = $1 AND ($2::bool OR origin_store_id = ANY ($3::int4[]))
    AND NOT EXISTS (SELECT FROM member_erased e WHERE e.member_id = member.id)
FOR UPDATE
