-- Forgets sessions of an account that have been over for days; their tokens go with them.
DELETE FROM staff_session
WHERE staff_id = $1 AND least(expires_at, coalesce(ended_at, 'infinity')) < now() - interval '3 days'
