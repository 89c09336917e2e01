CREATE TABLE IF NOT EXISTS fact_review
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    id                  Int64,
    version             Int64 COMMENT 'the highest counts',
    sku_id              Int64,
    style_id            Int64 COMMENT '0 for none',
    store_id            Int32,
    member_id           Int64,
    order_id            Int64,
    stars               UInt8 COMMENT '1 to 5',
    state               UInt8 COMMENT '1 posted, 2 approved, 3 hidden',
    at                  DateTime64(6, 'UTC') COMMENT 'when first posted',
    day                 Date COMMENT 'business day of the store',
    local_hour          UInt8 COMMENT 'hour of the day at the store, 0 to 23'
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What members say of goods, a row a version; read fact_rating'
