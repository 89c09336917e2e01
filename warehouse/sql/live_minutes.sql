-- Net sales and orders of each minute of the last hour.
SELECT
    toUnixTimestamp(minute)::Int64 AS begins,
    toInt64(sum(gross_sales_fen - discounts_fen - refunds_fen)) AS net_sales,
    toInt64(sum(orders)) AS orders_paid
FROM rollup_store_minute
WHERE day >= {day:Date} - 1 AND day <= {day:Date} + 1
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    AND minute >= toDateTime({since:Int64}, 'UTC')
    AND minute <= toDateTime({now:Int64}, 'UTC')
GROUP BY minute
ORDER BY minute
