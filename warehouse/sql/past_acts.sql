-- What visitors did with goods on some days. Simulated ones count only as long as nothing real was sold.
SELECT
    toInt64(kind) AS act,
    reinterpretAsInt64(session_id) AS session,
    reinterpretAsInt64(visitor_id) AS visitor,
    toInt64(member_id) AS member,
    toInt64(store_id) AS store,
    toInt64(sku_id) AS sku,
    toInt64(toUnixTimestamp64Micro(at)) AS at_us
FROM fact_behaviour
WHERE kind IN (64, 66, 68) AND sku_id != 0 AND day >= {first:Date} AND day <= {last:Date}
    AND simulated <= (
        SELECT min(simulated) FROM fact_order_line
        WHERE doc = 1 AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    )
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
