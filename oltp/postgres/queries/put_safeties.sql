-- Safety stocks of stores; 0 takes one away. Answers those that are others now, and the levels that lie at
-- or below the new line and lay above the old one.
WITH given AS (
    SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[]) AS k (store_id, sku_id, safety)
), was AS (
    SELECT f.* FROM stock_safety f JOIN given k ON k.store_id = f.store_id AND k.sku_id = f.sku_id
), gone AS (
    DELETE FROM stock_safety f USING given k
    WHERE k.safety = 0 AND f.store_id = k.store_id AND f.sku_id = k.sku_id
    RETURNING f.store_id, f.sku_id
), kept AS (
    INSERT INTO stock_safety AS t (store_id, sku_id, safety)
    SELECT store_id, sku_id, safety FROM given WHERE safety > 0 ORDER BY store_id, sku_id
    ON CONFLICT (store_id, sku_id) DO UPDATE SET safety = excluded.safety
    WHERE t.safety <> excluded.safety
    RETURNING t.store_id, t.sku_id
), changed AS (
    SELECT * FROM gone UNION ALL SELECT * FROM kept
), answer AS (
    SELECT k.store_id, k.sku_id, k.safety, o.time_zone, c.store_id IS NOT NULL AS changed,
        s.store_id IS NOT NULL AND s.on_hand > s.reserved AND s.on_hand - s.reserved <= k.safety
            AND s.on_hand - s.reserved > coalesce(w.safety, 0) AS low,
        coalesce(s.on_hand, 0) AS on_hand, coalesce(s.reserved, 0) AS reserved,
        coalesce(s.version, 0) AS version, p.category_id
    FROM given k
    JOIN store o ON o.id = k.store_id
    JOIN product p ON p.id = k.sku_id
    LEFT JOIN stock s ON s.store_id = k.store_id AND s.sku_id = k.sku_id
    LEFT JOIN was w ON w.store_id = k.store_id AND w.sku_id = k.sku_id
    LEFT JOIN changed c ON c.store_id = k.store_id AND c.sku_id = k.sku_id
)
SELECT store_id, sku_id, on_hand, reserved, version, safety, category_id, time_zone, changed, low
FROM answer
WHERE changed OR low
