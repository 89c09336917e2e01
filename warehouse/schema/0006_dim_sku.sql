CREATE TABLE IF NOT EXISTS dim_sku
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    id                  Int64,
    version             Int64 COMMENT 'the highest counts',
    code                String COMMENT 'as on the shelf label',
    name                String,
    name_en             String,
    category_id         Int32,
    category_code       String,
    category_name       String,
    category_name_en    String,
    brand               String,
    price_fen           Int64 COMMENT 'fen, list price of one unit',
    cost_fen            Int64 COMMENT 'fen, what one unit costs the chain',
    active              Bool,
    simulated           Bool
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Goods as they are now; read with FINAL'
