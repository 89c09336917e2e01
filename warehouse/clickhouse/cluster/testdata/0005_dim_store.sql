CREATE TABLE IF NOT EXISTS dim_store ON CLUSTER 'chain'
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    id                  Int32,
    version             Int64 COMMENT 'the highest counts',
    code                String COMMENT 'the number of the store in the chain',
    name                String,
    name_en             String,
    region_id           Int32,
    region_code         String,
    region_name         String,
    region_name_en      String,
    city                String,
    latitude            Float64 COMMENT 'degrees, WGS 84',
    longitude           Float64 COMMENT 'degrees, WGS 84',
    time_zone           String COMMENT 'IANA name; the business day is the calendar day there',
    opens               Int32 COMMENT 'minutes after local midnight',
    closes              Int32 COMMENT 'minutes after local midnight',
    active              Bool,
    simulated           Bool
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/dim_store', '{shard}-{replica}', version)
ORDER BY id
SETTINGS replicated_deduplication_window_seconds = 604800, replicated_deduplication_window = 10000
COMMENT 'Stores as they are now; read with FINAL'
