-- Transfers before an id, newest first.
SELECT id, donor_id, receiver_id, state, freight, reason, created_at, shipped_at, received_at, simulated,
    version
FROM transfer
WHERE ($1::int8 = 0 OR id < $1) AND ($3::int2 = 0 OR state = $3)
ORDER BY id DESC
LIMIT $2
