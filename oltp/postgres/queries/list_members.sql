-- Members after a code, without those who were erased.
SELECT id, code, origin_store_id, personalized, simulated, version
FROM member
WHERE code > $1 AND NOT EXISTS (SELECT FROM member_erased e WHERE e.member_id = member.id)
ORDER BY code
LIMIT $2
