-- Levels as in levels.sql, those of the lines of the given orders included.
SELECT s.store_id, s.sku_id, s.on_hand, s.reserved, s.version
FROM (
    SELECT k.store_id, k.sku_id
    FROM unnest($1::int4[], $2::int8[]) AS k (store_id, sku_id)
    UNION
    SELECT o.store_id, l.sku_id
    FROM orders o
    JOIN order_line l ON l.order_id = o.id
    WHERE o.id = ANY ($3::int8[])
) k
JOIN stock s ON s.store_id = k.store_id AND s.sku_id = k.sku_id
ORDER BY s.store_id, s.sku_id
FOR UPDATE OF s
