-- A session with its first refresh token.
WITH session AS (
    INSERT INTO staff_session (staff_id, version, expires_at) VALUES ($1, $2, $3) RETURNING id
), token AS (
    INSERT INTO refresh_token (hash, session_id) SELECT $4, id FROM session
)
SELECT id FROM session
