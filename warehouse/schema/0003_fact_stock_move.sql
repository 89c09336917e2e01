CREATE TABLE IF NOT EXISTS fact_stock_move
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    store_id            Int32,
    sku_id              Int64,
    category_id         Int32,
    kind                UInt8
                        COMMENT '1 receive 2 sell 3 reserve 4 release 5 fulfil 6 return 7 adjust 8 loss',
    on_hand_delta       Int32 COMMENT 'units',
    reserved_delta      Int32 COMMENT 'units',
    on_hand             Int32 COMMENT 'units after the move',
    reserved            Int32 COMMENT 'units after the move',
    version             Int64 COMMENT 'rises by one with each move of this SKU at this store',
    ref_id              Int64 COMMENT 'order or refund behind the move, or 0',
    at                  DateTime64(6, 'UTC'),
    day                 Date COMMENT 'business day of the store',
    reason              String,
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (store_id, sku_id, version)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The stock ledger, one row a move'
