-- The categories of some codes.
SELECT DISTINCT
    toInt64(category_id) AS number,
    category_code AS known
FROM dim_sku FINAL
WHERE category_code IN {codes:Array(String)}
