-- Different buyers, visitors and sessions of the same weekday last week up to the same time.
WITH
    transform(store_id, {zoned:Array(Int32)}, {zoned_days:Array(Int32)}, toInt32(0)) AS shift_days,
    transform(store_id, {zoned:Array(Int32)}, {zoned_seconds:Array(Int32)}, toInt32(0)) AS shift_seconds,
    toDateTime({cutoff:Int64} + shift_seconds, 'UTC') AS cutoff,
    {day:Date} + shift_days - 7 AS that_day
SELECT
    toInt64(0) AS today,
    toInt64(groupBitmapMerge(buyers)) AS buyers_seen,
    toInt64(uniqMerge(visitors)) AS visitors_seen,
    toInt64(uniqMerge(sessions)) AS sessions_seen
FROM
(
    SELECT buyers, visitors, sessions
    FROM rollup_store_hour
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND day = that_day AND hour < toStartOfHour(cutoff)
    UNION ALL
    SELECT buyers, visitors, sessions
    FROM rollup_store_minute
    WHERE day IN {days:Array(Date)}
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND minute >= toDateTime({minutes_from:Int64}, 'UTC')
        AND minute <= toDateTime({minutes_to:Int64}, 'UTC')
        AND day = that_day AND toStartOfHour(minute) = toStartOfHour(cutoff) AND minute <= cutoff
)
