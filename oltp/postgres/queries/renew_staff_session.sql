-- Trades a refresh token in and lets its session live on.
WITH used AS (
    UPDATE refresh_token SET used_at = coalesce(used_at, $5) WHERE hash = $1 RETURNING session_id
), token AS (
    INSERT INTO refresh_token (hash, session_id) SELECT $2, session_id FROM used
)
UPDATE staff_session SET expires_at = $4 WHERE id = $3
