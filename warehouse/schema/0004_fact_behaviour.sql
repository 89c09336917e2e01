CREATE TABLE IF NOT EXISTS fact_behaviour
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    kind                UInt8
                        COMMENT '64 view 65 search 66 cart 67 impression 68 click 69 issued 70 redeemed',
    first               UInt8 COMMENT '1 on the first row of its event, else 0',
    store_id            Int32,
    sku_id              Int64 COMMENT '0 for none',
    visitor_id          UInt64 COMMENT 'pseudonym of a device or browser',
    session_id          UInt64,
    member_id           Int64 COMMENT '0 when not signed in',
    channel             UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    at                  DateTime64(6, 'UTC'),
    day                 Date COMMENT 'business day of the store',
    local_hour          UInt8 COMMENT 'hour of the day at the store, 0 to 23',
    qty                 Int32 COMMENT 'units added to the cart',
    results             Int32 COMMENT 'hits of a search',
    position            Int32 COMMENT 'place in the list shown',
    slot                String COMMENT 'place on the page',
    query               String COMMENT 'text of a search',
    attribution         String COMMENT 'token that ties a click to what was shown',
    campaign_id         Int32 COMMENT '0 for none',
    coupon_id           Int64 COMMENT '0 for none',
    order_id            Int64 COMMENT '0 for none',
    discount_fen        Int64 COMMENT 'fen',
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, at, visitor_id)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What visitors did; an impression of several products is several rows'
