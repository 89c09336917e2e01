-- Ends the session of a refresh token.
UPDATE staff_session SET ended_at = now()
WHERE ended_at IS NULL AND id = (SELECT session_id FROM refresh_token WHERE hash = $1)
