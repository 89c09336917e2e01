-- Listings merged by store and SKU. Answers the rows as they are, and the outcome: 1 created, 2 updated,
-- 3 unchanged.
WITH merged AS (
    INSERT INTO listing AS t (store_id, sku_id, listed, price, held, version)
    SELECT k.store_id, k.sku_id, k.listed, k.price, k.held, 1
    FROM unnest($1::int4[], $2::int8[], $3::bool[], $4::int8[], $5::tstzrange[])
        AS k (store_id, sku_id, listed, price, held)
    ORDER BY k.store_id, k.sku_id
    ON CONFLICT (store_id, sku_id) DO UPDATE SET listed = excluded.listed, price = excluded.price,
        held = excluded.held, version = t.version + 1
    WHERE (t.listed, t.price, t.held) IS DISTINCT FROM (excluded.listed, excluded.price, excluded.held)
    RETURNING t.store_id, t.sku_id, t.version, (xmax = 0) AS created
)
SELECT store_id, sku_id, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.store_id, t.sku_id, t.version, 3
FROM listing t
JOIN unnest($1, $2) AS k (store_id, sku_id) USING (store_id, sku_id)
WHERE NOT EXISTS (SELECT FROM merged m WHERE m.store_id = t.store_id AND m.sku_id = t.sku_id)
