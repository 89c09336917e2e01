-- Two lines for each of the orders of some days, one order in twenty given back.
INSERT INTO fact_order_line (doc, order_id, document_id, first, line, kind, store_id, sku_id, category_id,
    member_id, channel, at, day, local_hour, qty, gross_fen, discount_fen, net_fen, cost_fen, committed_at,
    inserted_at, simulated)
SELECT
    if(number % 20 = 0, 2, 1),
    n,
    n,
    line = 1,
    line,
    1,
    n % {stores:Int64} + 1,
    rand(1) % 2000,
    rand(2) % 20,
    rand(3) % 50000,
    1 + rand(4) % 3,
    toDateTime({end:Int64} - intDiv(n * 86400, {per_day:Int64}), 'UTC') AS t,
    toDate(t, 'Asia/Shanghai'),
    toHour(t, 'Asia/Shanghai'),
    1,
    1000 + rand(5) % 900 AS gross,
    100,
    gross - 100,
    700,
    t,
    t,
    true
FROM
(
    SELECT number, number + {first:Int64} AS n, arrayJoin([1, 2]) AS line
    FROM numbers({count:Int64})
)
