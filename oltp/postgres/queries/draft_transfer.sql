-- A new transfer, unless its key was used before.
INSERT INTO transfer (idem_key, body_hash, version, freight, created_at, donor_id, receiver_id, state,
    simulated, reason)
VALUES ($1, $2, 1, $3, $4, $5, $6, 1, $7, $8)
ON CONFLICT (idem_key) DO NOTHING
RETURNING id
