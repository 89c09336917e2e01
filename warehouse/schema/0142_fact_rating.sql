-- Reviews that everybody may read.
CREATE VIEW IF NOT EXISTS fact_rating
AS SELECT
    id,
    sku_id,
    store_id,
    stars,
    at,
    day,
    local_hour
FROM fact_review FINAL
WHERE state = 2
