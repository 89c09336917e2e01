-- The review that was posted under a key, and what was sent.
SELECT id, body_hash FROM review WHERE idem_key = $1::uuid
