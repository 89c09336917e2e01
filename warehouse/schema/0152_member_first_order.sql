CREATE TABLE IF NOT EXISTS member_first_order
(
    member_id             Int64,
    first                 SimpleAggregateFunction(min, Tuple(
        at DateTime64(6, 'UTC'), day Date, store_id Int32, channel UInt8, campaign_id Int32,
        local_hour UInt8)) COMMENT 'the earliest paid order, and where and how it was made'
)
ENGINE = AggregatingMergeTree
ORDER BY member_id
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'When each member first bought; read fact_first_order'
