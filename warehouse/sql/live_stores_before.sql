-- Sums of the same weekday last week: by store, and by hour of the day at the stores, before and after
-- the same time of day. A store lives shift_days and shift_seconds beside the default time zone. Whole
-- hours come from the hourly rollup; only the hour in which the cutoff lies needs the minutes.
WITH
    transform(store_id, {zoned:Array(Int32)}, {zoned_days:Array(Int32)}, toInt32(0)) AS shift_days,
    transform(store_id, {zoned:Array(Int32)}, {zoned_seconds:Array(Int32)}, toInt32(0)) AS shift_seconds,
    toDateTime({cutoff:Int64} + shift_seconds, 'UTC') AS cutoff,
    {day:Date} + shift_days - 7 AS that_day
SELECT
    toInt64(grouping(store_id) = 0) AS of_store,
    toInt64(store_id) AS store,
    toInt64(local_hour) AS hour_of_day,
    toInt64(0) AS today,
    toInt64(in_time) AS reached,
    toInt64(sum(gross_sales_fen)) AS gross,
    toInt64(sum(discounts_fen)) AS discounts,
    toInt64(sum(refunds_fen)) AS refunds,
    toInt64(sum(orders)) AS orders_paid,
    toInt64(sum(units)) AS units_sold,
    toInt64(max(simulated)) AS any_simulated
FROM
(
    SELECT store_id, local_hour, hour < toStartOfHour(cutoff) AS in_time,
        gross_sales_fen, discounts_fen, refunds_fen, orders, units, simulated
    FROM rollup_store_hour
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND day = that_day AND hour != toStartOfHour(cutoff)
    UNION ALL
    SELECT store_id, local_hour, minute <= cutoff AS in_time,
        gross_sales_fen, discounts_fen, refunds_fen, orders, units, simulated
    FROM rollup_store_minute
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND minute >= toDateTime({minutes_from:Int64}, 'UTC')
        AND minute <= toDateTime({minutes_to:Int64}, 'UTC')
        AND day = that_day AND toStartOfHour(minute) = toStartOfHour(cutoff)
)
GROUP BY GROUPING SETS ((store_id, in_time), (local_hour, in_time))
