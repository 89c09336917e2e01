-- How long the orders that committed within a span took from commit to warehouse, and how many there are.
SELECT
    toInt64(sum(first)) AS orders,
    quantileExact(0.50)(us) / 1000 AS p50_ms,
    quantileExact(0.99)(us) / 1000 AS p99_ms
FROM
(
    SELECT
        first,
        greatest(toUnixTimestamp64Milli(inserted_at) * 1000 - toUnixTimestamp64Micro(committed_at), 0) AS us
    FROM fact_order_line
    WHERE committed_at >= fromUnixTimestamp64Micro({from_us:Int64}, 'UTC')
        AND committed_at < fromUnixTimestamp64Micro({until_us:Int64}, 'UTC')
)
