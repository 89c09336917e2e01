CREATE TABLE IF NOT EXISTS rollup_visit_day
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    channel               UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    visits                SimpleAggregateFunction(sum, Int64),
    visit_seconds         SimpleAggregateFunction(sum, Int64) COMMENT 'from first to last event',
    pages                 SimpleAggregateFunction(sum, Int64),
    actions               SimpleAggregateFunction(sum, Int64),
    bounces               SimpleAggregateFunction(sum, Int64) COMMENT 'at most one page and nothing else',
    cart_visits           SimpleAggregateFunction(sum, Int64) COMMENT 'put something into the cart',
    order_visits          SimpleAggregateFunction(sum, Int64) COMMENT 'known to have led to an order',
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, channel)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Sums over visits by store and business day'
