CREATE MATERIALIZED VIEW IF NOT EXISTS member_favourite_from_behaviour
TO member_favourite
AS SELECT
    member_id,
    sku_id,
    store_id,
    at,
    qty > 0 AS favourite
FROM fact_behaviour
WHERE kind = 71 AND member_id != 0 AND sku_id != 0
