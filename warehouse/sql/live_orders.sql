-- The latest orders that were paid in the last two days, and whether any of it was refunded since.
SELECT
    order_id,
    toInt64(store_id) AS store,
    net_fen,
    toInt64(units) AS units_sold,
    toInt64(channel) AS sold_through,
    toUnixTimestamp64Micro(at) AS at_us,
    toInt64(order_id GLOBAL IN
    (
        SELECT order_id
        FROM fact_order_step
        WHERE step = 4 AND order_id != 0
            AND day >= {day:Date} - 3
            AND at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
            AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    )) AS refunded,
    toInt64(simulated) AS made_up
FROM fact_order_step
WHERE paid AND day >= {day:Date} - 3
    AND at >= fromUnixTimestamp64Micro({since_us:Int64}, 'UTC')
    AND at <= fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
ORDER BY at DESC, order_id DESC
LIMIT {limit:UInt32}
