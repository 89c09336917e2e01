CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_stock_day_from_stock_move
TO rollup_stock_day
AS SELECT
    day,
    store_id,
    category_id,
    sum(on_hand_delta) AS on_hand,
    sum(toInt64(on_hand_delta) * local_second) AS on_hand_at,
    -sumIf(on_hand_delta, kind IN (2, 5)) AS sold,
    sumIf(on_hand_delta, kind = 6) AS returned,
    sumIf(on_hand_delta, kind IN (1, 13)) AS received,
    toInt32(max(local_second + toInt64(day) * 86400 - toUnixTimestamp(at))) AS offset_s,
    toUInt8(max(fact_stock_move.simulated)) AS simulated
FROM fact_stock_move
GROUP BY day, store_id, category_id
