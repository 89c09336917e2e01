CREATE TABLE IF NOT EXISTS dim_experiment
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    id                  Int32,
    version             Int64 COMMENT 'the highest counts',
    name                String,
    from_at             DateTime64(6, 'UTC') COMMENT 'included',
    until_at            DateTime64(6, 'UTC') COMMENT 'not included',
    holdout             Float64 COMMENT 'share of visitors who are shown what sells, 0 to 1',
    variants            String COMMENT 'names and weights in the order of their numbers, JSON'
)
ENGINE = ReplacingMergeTree(version)
ORDER BY id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Experiments as they are now; read with FINAL'
