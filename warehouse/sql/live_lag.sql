-- How long order lines of the last minute, at most 100,000 of them, took from commit to warehouse.
SELECT
    toInt64(count()) AS records,
    toInt64(quantileExact(0.95)(greatest(inserted_ms - committed_ms, 0))) AS p95_ms,
    max(committed_us) AS latest_us
FROM
(
    SELECT
        toUnixTimestamp64Milli(inserted_at) AS inserted_ms,
        toUnixTimestamp64Micro(committed_at) AS committed_us,
        intDiv(committed_us, 1000) AS committed_ms
    FROM fact_order_line
    WHERE inserted_at > fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    LIMIT 100000
)
