-- The traced facts that came since a moment, the newest first.
SELECT
    toUnixTimestamp64Milli(inserted_at) AS inserted_ms,
    traceparent
FROM trace_mark
WHERE inserted_at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
ORDER BY inserted_ms DESC
LIMIT 256
