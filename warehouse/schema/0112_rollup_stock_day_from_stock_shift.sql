CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_stock_day_from_stock_shift
TO rollup_stock_day
AS SELECT
    day,
    store_id,
    category_id,
    sum(gap) AS on_hand,
    sum(toInt64(gap) * local_second) AS on_hand_at,
    sum(fact_stock_shift.out) AS out,
    sum(toInt64(fact_stock_shift.out) * local_second) AS out_at,
    sum(fact_stock_shift.listed) AS listed,
    sum(toInt64(fact_stock_shift.listed) * local_second) AS listed_at,
    toInt32(max(local_second + toInt64(day) * 86400 - toUnixTimestamp(at))) AS offset_s,
    toUInt8(max(fact_stock_shift.simulated)) AS simulated
FROM fact_stock_shift
GROUP BY day, store_id, category_id
