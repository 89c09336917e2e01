-- Without a consent in force no measures are kept.
UPDATE member_profile SET body = ''
WHERE member_id = $1 AND body <> ''::bytea AND NOT coalesce((
    SELECT granted FROM member_consent c
    WHERE c.member_id = $1 AND c.purpose = 5
    ORDER BY decided_at DESC, id DESC
    LIMIT 1), false)
