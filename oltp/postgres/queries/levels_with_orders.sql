-- Levels as in levels.sql, those of the lines of the given orders included. OFFSET 0 keeps each look-up
-- by itself.
SELECT s.ctid, s.store_id, s.sku_id, s.on_hand, s.reserved, s.version
FROM (
    SELECT k.store_id, k.sku_id
    FROM unnest($1::int4[], $2::int8[]) AS k (store_id, sku_id)
    UNION
    SELECT o.store_id, l.sku_id
    FROM unnest($3::int8[]) AS k (id)
    CROSS JOIN LATERAL (SELECT t.store_id FROM orders t WHERE t.id = k.id OFFSET 0) o
    CROSS JOIN LATERAL (SELECT t.sku_id FROM order_line t WHERE t.order_id = k.id OFFSET 0) l
    ORDER BY 1, 2
) k
CROSS JOIN LATERAL (
    SELECT t.ctid, t.* FROM stock t WHERE t.store_id = k.store_id AND t.sku_id = k.sku_id FOR UPDATE
) s
