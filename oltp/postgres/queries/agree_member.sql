-- Brings a locked member in line with its newest decisions.
UPDATE member SET version = version + 1, personalized = coalesce((
    SELECT granted FROM member_consent c
    WHERE c.member_id = member.id AND c.purpose = 4
    ORDER BY decided_at DESC, id DESC
    LIMIT 1), personalized)
WHERE id = $1
