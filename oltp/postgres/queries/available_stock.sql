-- What these stores have of these SKUs.
SELECT s.store_id, s.sku_id, s.on_hand, s.reserved
FROM unnest($1::int4[]) AS k (store_id)
CROSS JOIN unnest($2::int8[]) AS u (sku_id)
CROSS JOIN LATERAL (
    SELECT t.store_id, t.sku_id, t.on_hand, t.reserved
    FROM stock t
    WHERE t.store_id = k.store_id AND t.sku_id = u.sku_id
    OFFSET 0
) s
