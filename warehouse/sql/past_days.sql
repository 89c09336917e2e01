-- The first and the last business day of the sales in scope; simulated ones count only as long as nothing real was
-- sold.
SELECT
    toInt64(toUInt16(min(day))) AS first_day,
    toInt64(toUInt16(max(day))) AS last_day,
    toInt64(count()) AS sales
FROM fact_order_line
WHERE doc = 1 AND simulated <= (
        SELECT min(simulated) FROM fact_order_line
        WHERE doc = 1 AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    )
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
