CREATE TABLE IF NOT EXISTS rollup_stock_sku_day
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    sku_id                Int64,
    category_id           Int32,
    on_hand               SimpleAggregateFunction(sum, Int64) COMMENT 'units, change over the day',
    on_hand_at            SimpleAggregateFunction(sum, Int64) COMMENT 'sum of change x second of the day',
    out                   SimpleAggregateFunction(sum, Int64) COMMENT 'SKUs that ran out less those back',
    out_at                SimpleAggregateFunction(sum, Int64) COMMENT 'sum of change x second of the day',
    listed                SimpleAggregateFunction(sum, Int64) COMMENT 'SKUs seen for the first time',
    listed_at             SimpleAggregateFunction(sum, Int64) COMMENT 'sum of change x second of the day',
    sold                  SimpleAggregateFunction(sum, Int64) COMMENT 'units that customers took',
    returned              SimpleAggregateFunction(sum, Int64) COMMENT 'units that customers gave back',
    received              SimpleAggregateFunction(sum, Int64) COMMENT 'units, transfers from stores too',
    offset_s              SimpleAggregateFunction(max, Int32) COMMENT 'seconds east of UTC at the store',
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, sku_id, category_id)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Stock by store, SKU and business day: what changed, and when in the day'
