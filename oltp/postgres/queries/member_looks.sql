-- Who looked at everything personal of a member, newest first, before an id; 0 means all.
SELECT id, looked_at, looked_by
FROM member_look
WHERE member_id = $1 AND ($2 = 0 OR id < $2)
ORDER BY id DESC
LIMIT $3
