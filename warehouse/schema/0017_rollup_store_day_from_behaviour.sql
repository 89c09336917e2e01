CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_store_day_from_behaviour
TO rollup_store_day
AS SELECT
    day,
    store_id,
    channel,
    uniqStateIf(visitor_id, visitor_id != 0) AS visitors,
    uniqStateIf(session_id, session_id != 0) AS sessions,
    toInt64(countIf(kind = 64)) AS views,
    toInt64(countIf(kind = 65)) AS searches,
    toInt64(countIf(kind = 66)) AS cart_adds,
    toInt64(countIf(kind = 67)) AS impressions,
    toInt64(countIf(kind = 68)) AS clicks,
    toInt64(countIf(kind = 69)) AS coupons_issued,
    toInt64(countIf(kind = 70)) AS coupons_redeemed,
    toUInt8(max(fact_behaviour.simulated)) AS simulated
FROM fact_behaviour
GROUP BY day, store_id, channel
