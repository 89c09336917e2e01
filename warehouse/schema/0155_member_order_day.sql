CREATE TABLE IF NOT EXISTS member_order_day
(
    member_id             Int64,
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    channel               UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    campaign_id           Int32 COMMENT '0 for none'
)
ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (member_id, day, store_id, channel, campaign_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'On which days each member bought, and where'
