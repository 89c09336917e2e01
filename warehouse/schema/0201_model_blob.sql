CREATE TABLE IF NOT EXISTS model_blob
(
    model               String,
    version             Int64,
    name                String COMMENT 'what part of the model it is',
    chunk               UInt32 COMMENT 'number of the piece, from 0',
    bytes               Int64 COMMENT 'length of all pieces together',
    checksum            UInt64 COMMENT 'xxHash64 of all pieces together',
    data                String CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY (name, chunk)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Models as bytes, in pieces'
