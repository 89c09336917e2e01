CREATE TABLE IF NOT EXISTS fact_stock_shift
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its batch',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    store_id            Int32,
    sku_id              Int64,
    category_id         Int32,
    version             Int64 COMMENT 'of the move',
    at                  DateTime64(6, 'UTC') COMMENT 'when the stock moved',
    day                 Date COMMENT 'business day of the store',
    local_second        Int32 COMMENT 'seconds since midnight at the store',
    out                 Int8 COMMENT '1 ran out: nothing left to sell; -1 came back',
    listed              Int8 COMMENT '1 seen for the first time',
    gap                 Int32 COMMENT 'units on hand that no move tells of',
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (store_id, sku_id, version)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'When shelves ran empty and were filled; rows add up, a corrected one is followed by its opposite'
