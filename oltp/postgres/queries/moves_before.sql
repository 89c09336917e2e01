-- Stock moves that were recorded under these keys.
SELECT idem_key, kind, on_hand_delta, store_id, sku_id, on_hand, reserved, version
FROM stock_move
WHERE idem_key = ANY ($1::uuid[])
