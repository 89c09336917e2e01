-- The newest decision of members for each purpose.
SELECT DISTINCT ON (member_id, purpose) member_id, id, purpose, granted, version, channel, decided_at,
    recorded_by
FROM member_consent
WHERE member_id = ANY ($1::int8[])
ORDER BY member_id, purpose, decided_at DESC, id DESC
