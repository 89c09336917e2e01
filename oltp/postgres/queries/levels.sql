-- Levels, locked in one order that all writers share, so that they cannot wait for each other in a ring.
SELECT s.store_id, s.sku_id, s.on_hand, s.reserved, s.version
FROM unnest($1::int4[], $2::int8[]) AS k (store_id, sku_id)
JOIN stock s ON s.store_id = k.store_id AND s.sku_id = k.sku_id
ORDER BY s.store_id, s.sku_id
FOR UPDATE OF s
