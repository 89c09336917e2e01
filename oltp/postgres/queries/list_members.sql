-- Members after a code.
SELECT id, code, origin_store_id, personalized, simulated, version
FROM member
WHERE code > $1
ORDER BY code
LIMIT $2
