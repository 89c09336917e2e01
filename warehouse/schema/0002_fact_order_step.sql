CREATE TABLE IF NOT EXISTS fact_order_step
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    order_id            Int64 COMMENT '0 for a refund without receipt',
    refund_id           Int64 COMMENT '0 unless the step is a refund',
    step                UInt8
                        COMMENT '1 placed, 2 paid, 3 cancelled, 4 refunded, 5 shipped, 6 completed',
    state               UInt8
                        COMMENT 'retail.OrderState after the step, 0 for none',
    store_id            Int32,
    member_id           Int64 COMMENT '0 for an anonymous customer',
    channel             UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    fulfilment          UInt8 COMMENT '1 carry out, 2 pickup, 3 same city, 4 express',
    at                  DateTime64(6, 'UTC') COMMENT 'when the step was taken',
    day                 Date COMMENT 'business day of the store',
    placed_at           DateTime64(6, 'UTC') COMMENT 'when the order was placed, 1970 if unknown',
    paid                Bool COMMENT 'the step brought the money',
    units               Int32,
    lines               UInt16,
    net_fen             Int64 COMMENT 'fen',
    ref                 String COMMENT 'receipt number',
    reason              String,
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (at, store_id, order_id, step)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Steps in the life of orders, one row an event'
