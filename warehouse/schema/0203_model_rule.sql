CREATE TABLE IF NOT EXISTS model_rule
(
    model               String COMMENT 'rules',
    version             Int64,
    place               UInt32 COMMENT 'from 1, the highest lift first',
    left_ids            Array(Int64) COMMENT 'who buys all of these SKUs ...',
    right_ids           Array(Int64) COMMENT '... buys these',
    both                Int64 COMMENT 'baskets with both sides',
    baskets             Int64 COMMENT 'baskets that were mined',
    support             Float64,
    confidence          Float64,
    lift                Float64,
    leverage            Float64
)
ENGINE = MergeTree
PARTITION BY (model, version)
ORDER BY place
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Association rules; read rule_now'
