CREATE TABLE IF NOT EXISTS dim_campaign
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    id                  Int32,
    version             Int64 COMMENT 'the highest counts',
    code                String,
    name                String,
    name_en             String,
    kind                String COMMENT 'what comes back every year, empty for what stands alone',
    first_day           Date,
    last_day            Date COMMENT 'included',
    simulated           Bool
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Campaigns as they are now; read with FINAL'
