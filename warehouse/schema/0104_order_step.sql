CREATE TABLE IF NOT EXISTS order_step
(
    order_id            Int64,
    step                UInt8 COMMENT '1 placed 2 paid 5 shipped 6 completed 7 picking 8 ready 9 delivering',
    at                  DateTime64(6, 'UTC') COMMENT 'when the step was taken',
    day                 Date COMMENT 'business day of the store',
    placed_at           DateTime64(6, 'UTC') COMMENT 'when the order was placed, 1970 if unknown',
    paid                Bool COMMENT 'the step brought the money',
    store_id            Int32,
    fulfilment          UInt8 COMMENT '2 pickup, 3 same city, 4 express',
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition'
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(placed_at)
ORDER BY (order_id, step)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 1024
COMMENT 'The steps of orders that are not carried out of the store, in order of orders'
