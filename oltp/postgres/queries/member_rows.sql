-- Members of a scope with what is sealed of them.
SELECT m.id, m.code, m.origin_store_id, m.personalized, m.simulated, m.version, m.phone_last_four,
    p.registered_at, p.union_id, p.name, p.phone, p.birthday, p.gender, p.body
FROM member m
LEFT JOIN member_profile p ON p.member_id = m.id
WHERE m.id = ANY ($1::int8[])
    AND ($2::bool OR m.origin_store_id = ANY ($3::int4[]))
    AND NOT EXISTS (SELECT FROM member_erased e WHERE e.member_id = m.id)
ORDER BY m.code
LIMIT $4
