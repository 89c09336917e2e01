-- The stores in scope as they are now.
SELECT
    toInt64(id) AS store,
    code,
    name,
    name_en,
    region_code AS region,
    city,
    time_zone
FROM dim_store FINAL
WHERE {everywhere:Bool} OR id IN {scope:Array(Int32)}
ORDER BY id
