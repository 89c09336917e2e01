-- The decision that was recorded under a key.
SELECT member_id, id, purpose, granted, version, channel, decided_at, recorded_by
FROM member_consent
WHERE idem_key = $1
