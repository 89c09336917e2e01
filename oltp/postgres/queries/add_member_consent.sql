-- A decision of a member. Nothing is returned when its key was used before.
INSERT INTO member_consent (member_id, purpose, granted, version, channel, decided_at, recorded_by, idem_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (idem_key) DO NOTHING
RETURNING id
