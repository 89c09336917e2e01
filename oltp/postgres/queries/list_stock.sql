-- Levels after a key, with what is on the road. $4 is the last store of the
-- scope.
WITH page AS MATERIALIZED (
    SELECT s.store_id, s.sku_id, s.on_hand, s.reserved, s.version, coalesce(f.safety, 0) AS safety
    FROM stock s
    LEFT JOIN stock_safety f ON f.store_id = s.store_id AND f.sku_id = s.sku_id
    WHERE (s.store_id, s.sku_id) > ($1::int4, $2::int8) AND s.store_id <= $4::int4
        AND ($5::int8 = 0 OR s.sku_id = $5) AND ($6::int4 < 0 OR s.on_hand - s.reserved < $6)
        AND (NOT $7::bool OR s.on_hand - s.reserved <= coalesce(f.safety, 0))
    ORDER BY s.store_id, s.sku_id
    LIMIT $3
)
SELECT p.store_id, p.sku_id, p.on_hand, p.reserved, p.version, p.safety, coalesce((
    SELECT sum(l.shipped)
    FROM transfer t
    JOIN transfer_line l ON l.transfer_id = t.id
    WHERE t.receiver_id = p.store_id AND t.state = 3 AND l.sku_id = p.sku_id
), 0)::int4
FROM page p
ORDER BY p.store_id, p.sku_id
