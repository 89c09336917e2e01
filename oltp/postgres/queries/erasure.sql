-- The member who was erased under the keyed hash of a code.
SELECT m.id, m.code, e.erased_at
FROM member_erased e
JOIN member m ON m.id = e.member_id
WHERE e.code_hash = $1
