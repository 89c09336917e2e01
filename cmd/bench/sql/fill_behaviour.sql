-- What visitors did on some days.
INSERT INTO fact_behaviour (kind, first, store_id, sku_id, visitor_id, session_id, channel, at, day,
    local_hour, committed_at, inserted_at, simulated)
SELECT
    64 + rand(1) % 7,
    1,
    n % {stores:Int64} + 1,
    rand(2) % 2000,
    rand(3) % 30000,
    rand(4) % 60000,
    2,
    toDateTime({end:Int64} - intDiv(n * 86400, {per_day:Int64}), 'UTC') AS t,
    toDate(t, 'Asia/Shanghai'),
    toHour(t, 'Asia/Shanghai'),
    t,
    t,
    true
FROM
(
    SELECT number + {first:Int64} AS n
    FROM numbers({count:Int64})
)
