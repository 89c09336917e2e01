-- Members who agree to marketing now, the store that won each, and whether they agreed to be recognised.
SELECT m.id, m.origin_store_id, m.personalized
FROM (
    SELECT DISTINCT ON (member_id) member_id, granted
    FROM member_consent
    WHERE purpose = $1
    ORDER BY member_id, decided_at DESC, id DESC
) c
JOIN member m ON m.id = c.member_id
WHERE c.granted AND NOT EXISTS (SELECT FROM member_erased e WHERE e.member_id = m.id)
ORDER BY m.id
