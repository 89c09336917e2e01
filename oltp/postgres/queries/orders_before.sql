-- Orders that were recorded under these keys.
SELECT o.idem_key, o.id, o.body_hash, o.state, o.gross, o.discount
FROM unnest($1::uuid[]) AS k (key)
JOIN orders o ON o.idem_key = k.key
