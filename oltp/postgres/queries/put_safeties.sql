-- Safety stocks of stores; 0 takes one away. Answers the levels that lie at or below the new line and lay
-- above the old one.
WITH given AS (
    SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[]) AS k (store_id, sku_id, safety)
), was AS (
    SELECT f.* FROM stock_safety f JOIN given k ON k.store_id = f.store_id AND k.sku_id = f.sku_id
), gone AS (
    DELETE FROM stock_safety f USING given k
    WHERE k.safety = 0 AND f.store_id = k.store_id AND f.sku_id = k.sku_id
), kept AS (
    INSERT INTO stock_safety AS t (store_id, sku_id, safety)
    SELECT store_id, sku_id, safety FROM given WHERE safety > 0 ORDER BY store_id, sku_id
    ON CONFLICT (store_id, sku_id) DO UPDATE SET safety = excluded.safety
)
SELECT s.store_id, s.sku_id, s.on_hand, s.reserved, s.version, k.safety, p.category_id
FROM given k
JOIN stock s ON s.store_id = k.store_id AND s.sku_id = k.sku_id
JOIN product p ON p.id = s.sku_id
LEFT JOIN was w ON w.store_id = k.store_id AND w.sku_id = k.sku_id
WHERE s.on_hand > s.reserved AND s.on_hand - s.reserved <= k.safety
    AND s.on_hand - s.reserved > coalesce(w.safety, 0)
