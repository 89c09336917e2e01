-- The SKUs of some codes.
SELECT
    id AS number,
    code AS known
FROM dim_sku FINAL
WHERE code IN {codes:Array(String)}
