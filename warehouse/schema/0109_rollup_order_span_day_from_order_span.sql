CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_order_span_day_from_order_span
TO rollup_order_span_day
AS SELECT
    day,
    store_id,
    span,
    channel,
    fulfilment,
    toUInt32(least(intDiv(fact_order_span.seconds, 60), 4294967295)) AS minutes,
    sum(n) AS orders,
    sum(n * fact_order_span.seconds) AS seconds,
    sumIf(n, fact_order_span.seconds <= 3600) AS within_hour,
    sumIf(n, fact_order_span.seconds <= multiIf(fulfilment = 2, 7200, fulfilment = 3, 10800, 604800))
        AS on_time,
    toUInt8(max(fact_order_span.simulated)) AS simulated
FROM fact_order_span
GROUP BY day, store_id, span, channel, fulfilment, minutes
