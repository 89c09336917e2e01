-- Transfers before an id, newest first. The scope is all stores, or those listed, on either end.
SELECT id, donor_id, receiver_id, state, freight, reason, created_at, shipped_at, received_at, simulated,
    version
FROM transfer
WHERE ($1::int8 = 0 OR id < $1) AND ($3::bool OR donor_id = ANY ($4::int4[]) OR receiver_id = ANY ($4))
    AND ($5::int4 = 0 OR donor_id = $5 OR receiver_id = $5) AND ($6::int2 = 0 OR state = $6)
ORDER BY id DESC
LIMIT $2
