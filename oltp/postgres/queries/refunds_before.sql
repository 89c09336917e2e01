-- Refunds that were recorded under these keys.
SELECT r.idem_key, r.id, r.body_hash, r.state, r.gross, r.discount
FROM unnest($1::uuid[]) AS k (key)
JOIN refund r ON r.idem_key = k.key
