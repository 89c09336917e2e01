-- Sums of today: by store, and by hour of the day at the stores. A store lives shift_days beside the
-- default time zone.
WITH transform(store_id, {zoned:Array(Int32)}, {zoned_days:Array(Int32)}, toInt32(0)) AS shift_days
SELECT
    toInt64(grouping(store_id) = 0) AS of_store,
    toInt64(store_id) AS store,
    toInt64(local_hour) AS hour_of_day,
    toInt64(1) AS today,
    toInt64(1) AS reached,
    toInt64(sum(gross_sales_fen)) AS gross,
    toInt64(sum(discounts_fen)) AS discounts,
    toInt64(sum(refunds_fen)) AS refunds,
    toInt64(sum(orders)) AS orders_paid,
    toInt64(sum(units)) AS units_sold,
    toInt64(max(simulated)) AS any_simulated
FROM rollup_store_hour
WHERE day IN {days:Array(Date)}
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    AND day = {day:Date} + shift_days
GROUP BY GROUPING SETS ((store_id), (local_hour))
