-- Different buyers, visitors and sessions of today.
WITH transform(store_id, {zoned:Array(Int32)}, {zoned_days:Array(Int32)}, toInt32(0)) AS shift_days
SELECT
    toInt64(1) AS today,
    toInt64(groupBitmapMerge(buyers)) AS buyers_seen,
    toInt64(uniqMerge(visitors)) AS visitors_seen,
    toInt64(uniqMerge(sessions)) AS sessions_seen
FROM rollup_store_day
WHERE day IN {days:Array(Date)}
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    AND day = {day:Date} + shift_days
