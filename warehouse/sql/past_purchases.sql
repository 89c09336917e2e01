-- What was bought on some days: a row for each order and item, with the units that were not brought back,
-- whenever and wherever that was. Simulated sales count only as long as nothing real was sold.
SELECT
    toInt64(anyIf(member_id, doc = 1)) AS member,
    toInt64(order_id) AS order_number,
    toInt64(toUnixTimestamp(minIf(at, doc = 1))) AS at_s,
    toInt64(anyIf(store_id, doc = 1)) AS store,
    toInt64(sku_id) AS sku,
    sum(if(doc = 1, toInt64(qty), -toInt64(qty))) AS units,
    toInt64(anyIf(campaign_id, doc = 1)) AS campaign
FROM fact_order_line
WHERE kind = 1 AND day >= {first:Date}
    AND simulated <= (
        SELECT min(simulated) FROM fact_order_line
        WHERE doc = 1 AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    )
    AND (doc = 2 OR day <= {last:Date} AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)}))
GROUP BY order_id, sku_id
HAVING countIf(doc = 1) > 0 AND units > 0
