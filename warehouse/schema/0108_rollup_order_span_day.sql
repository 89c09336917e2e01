CREATE TABLE IF NOT EXISTS rollup_order_span_day
(
    day                   Date COMMENT 'business day of the end of the span',
    store_id              Int32,
    span                  UInt8 COMMENT 'as in fact_order_span',
    channel               UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    fulfilment            UInt8 COMMENT '2 pickup, 3 same city, 4 express',
    minutes               UInt32 COMMENT 'whole minutes',
    orders                SimpleAggregateFunction(sum, Int64),
    seconds               SimpleAggregateFunction(sum, Int64),
    within_hour           SimpleAggregateFunction(sum, Int64) COMMENT 'orders, at most 3600 seconds',
    on_time               SimpleAggregateFunction(sum, Int64)
                          COMMENT 'orders: pickup 2 hours, same city 3 hours, express 7 days',
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, span, channel, fulfilment, minutes)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'How many orders took how many minutes, by store and business day: every quantile to the minute'
