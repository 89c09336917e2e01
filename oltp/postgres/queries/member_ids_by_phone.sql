-- Members with the keyed hash of a phone number.
SELECT id FROM member WHERE identity_hash = $1 AND identity_hash <> ''::bytea ORDER BY id LIMIT 1000
