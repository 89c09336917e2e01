-- The campaigns of some codes.
SELECT
    toInt64(id) AS number,
    code AS known
FROM dim_campaign FINAL
WHERE code IN {codes:Array(String)}
