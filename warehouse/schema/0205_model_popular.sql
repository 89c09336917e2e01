CREATE TABLE IF NOT EXISTS model_popular
(
    model               String COMMENT 'popularity',
    version             Int64,
    store               Int32 COMMENT '0 for the whole chain',
    hour                UInt8 COMMENT 'hour of the day with which the part of the day begins',
    place               UInt16 COMMENT 'from 1, the best first',
    sku_id              Int64,
    share               Float64 COMMENT 'expected share of the units sold',
    units               Int64 COMMENT 'units of the last 28 days'
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY (store, hour, place)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What sells where and when; read popular_now'
