CREATE TABLE IF NOT EXISTS member_first_order_local ON CLUSTER 'chain'
(
    member_id             Int64,
    first                 SimpleAggregateFunction(min, Tuple(
        at DateTime64(6, 'UTC'), day Date, store_id Int32, channel UInt8, campaign_id Int32,
        local_hour UInt8)) COMMENT 'the earliest paid order, and where and how it was made'
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/member_first_order_local', '{replica}')
ORDER BY member_id
SETTINGS replicated_deduplication_window_seconds = 604800, replicated_deduplication_window = 10000
COMMENT 'When each member first bought; read fact_first_order';

CREATE TABLE IF NOT EXISTS member_first_order ON CLUSTER 'chain' AS member_first_order_local
ENGINE = Distributed('chain', 'tillstream', 'member_first_order_local', intHash64(member_id))
