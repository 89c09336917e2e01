-- The merchandising rule that was recorded under a key.
SELECT id, body_hash FROM merchandising_rule WHERE idem_key = $1
