-- Levels and where they lie, without a lock: who changes one goes by its version.
SELECT s.ctid, s.store_id, s.sku_id, s.on_hand, s.reserved, s.version
FROM (SELECT unnest($1::int4[]) AS store_id, unnest($2::int8[]) AS sku_id) k
CROSS JOIN LATERAL (
    SELECT t.ctid, t.* FROM stock t WHERE t.store_id = k.store_id AND t.sku_id = k.sku_id OFFSET 0
) s
