-- One transfer.
SELECT id, donor_id, receiver_id, state, freight, reason, created_at, shipped_at, received_at, simulated,
    version
FROM transfer
WHERE id = $1
