-- Different buyers, visitors and sessions of today and of last week up to the same time.
WITH
    transform(store_id, {zoned:Array(Int32)}, {zoned_days:Array(Int32)}, toInt32(0)) AS shift_days,
    transform(store_id, {zoned:Array(Int32)}, {zoned_seconds:Array(Int32)}, toInt32(0)) AS shift_seconds,
    toDateTime({cutoff:Int64} + shift_seconds, 'UTC') AS cutoff,
    {day:Date} + shift_days AS this_day
SELECT
    toInt64(is_today) AS today,
    toInt64(groupBitmapMerge(buyers)) AS buyers_seen,
    toInt64(uniqMerge(visitors)) AS visitors_seen,
    toInt64(uniqMerge(sessions)) AS sessions_seen
FROM
(
    SELECT true AS is_today, buyers, visitors, sessions
    FROM rollup_store_day
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND day = this_day
    UNION ALL
    SELECT false AS is_today, buyers, visitors, sessions
    FROM rollup_store_hour
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND day = this_day - 7 AND hour < toStartOfHour(cutoff)
    UNION ALL
    SELECT false AS is_today, buyers, visitors, sessions
    FROM rollup_store_minute
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND day = this_day - 7 AND toStartOfHour(minute) = toStartOfHour(cutoff) AND minute <= cutoff
)
GROUP BY is_today
