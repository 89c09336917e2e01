-- Sessions that ended while a token of theirs may live.
SELECT id FROM staff_session WHERE ended_at > now() - interval '1 day'
