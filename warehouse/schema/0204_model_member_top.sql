CREATE TABLE IF NOT EXISTS model_member_top
(
    model               String COMMENT 'nextbasket or factors',
    version             Int64,
    member_id           Int64,
    place               UInt16 COMMENT 'from 1, the best first',
    home                Int32 COMMENT 'store of the newest basket, 0 where it is not known',
    sku_id              Int64,
    score               Float64 COMMENT '0 to 1',
    reason              String COMMENT 'habit, taste or popular',
    bought              Int32 COMMENT 'baskets of the member with it',
    every_days          Float64 COMMENT 'usual days between two of them, 0 where there are not two'
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY (member_id, place)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What to offer each member; read member_top_now'
