CREATE TABLE IF NOT EXISTS fact_order_span
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its batch',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    order_id            Int64,
    span                UInt8
                    COMMENT '1 placed-paid 2 paid-pick 3 paid-ready 4 ready-out 5 out-end 6 paid-end 7 all',
    n                   Int8 COMMENT '1 told, -1 taken back because a late record corrects it',
    store_id            Int32,
    channel             UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    fulfilment          UInt8 COMMENT '2 pickup, 3 same city, 4 express',
    since               DateTime64(6, 'UTC') COMMENT 'when the span began',
    at                  DateTime64(6, 'UTC') COMMENT 'when it ended',
    day                 Date COMMENT 'business day of its end',
    seconds             Int64,
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, span, order_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How long orders took from step to step; sums over n times anything are what is true now'
