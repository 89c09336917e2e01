-- The decisions of a member as they were recorded, newest first, those before an id; 0 means all.
SELECT member_id, id, purpose, granted, version, channel, decided_at, recorded_by
FROM member_consent
WHERE member_id = $1 AND ($2 = 0 OR id < $2)
ORDER BY id DESC
LIMIT $3
