CREATE TABLE IF NOT EXISTS rollup_placed_hour
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    hour                  DateTime('UTC') COMMENT 'start of the hour',
    local_hour            UInt8 COMMENT 'hour of the day at the store, 0 to 23',
    channel               UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    placed_orders         SimpleAggregateFunction(sum, Int64) COMMENT 'paid or not',
    placed_fen            SimpleAggregateFunction(sum, Int64) COMMENT 'fen, after discounts',
    paid_orders           SimpleAggregateFunction(sum, Int64),
    pickup_orders         SimpleAggregateFunction(sum, Int64) COMMENT 'part of paid_orders',
    same_city_orders      SimpleAggregateFunction(sum, Int64) COMMENT 'part of paid_orders',
    express_orders        SimpleAggregateFunction(sum, Int64) COMMENT 'part of paid_orders',
    cancelled_orders      SimpleAggregateFunction(sum, Int64),
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, hour, local_hour, channel)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Orders placed, paid and cancelled, by store and hour'
