-- Stock moves that were recorded under these keys.
SELECT m.idem_key, m.kind, m.on_hand_delta, m.store_id, m.sku_id, m.on_hand, m.reserved, m.version
FROM unnest($1::uuid[]) AS k (key)
JOIN stock_move m ON m.idem_key = k.key
