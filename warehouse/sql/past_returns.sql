-- What members brought back on some days of what comes in sizes, and what they said. Simulated returns count
-- only as long as nothing real was sold.
SELECT
    toInt64(l.member_id) AS member,
    toInt64(l.sku_id) AS sku,
    toInt64(toUnixTimestamp(l.at)) AS at_s,
    s.reason AS reason
FROM (
    SELECT member_id, sku_id, at, document_id, simulated
    FROM fact_order_line
    WHERE doc = 2 AND kind = 1 AND member_id != 0 AND day >= {first:Date} AND day <= {last:Date}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND sku_id IN (SELECT id FROM dim_sku FINAL WHERE size != '' AND size_system != '')
) AS l
LEFT ANY JOIN (
    SELECT refund_id, reason
    FROM fact_order_step
    WHERE refund_id != 0 AND reason != '' AND day >= {first:Date} AND day <= {last:Date}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
) AS s ON s.refund_id = l.document_id
WHERE l.simulated <= (
    SELECT min(simulated) FROM fact_order_line
    WHERE doc = 1 AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
)
