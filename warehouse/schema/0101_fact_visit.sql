CREATE TABLE IF NOT EXISTS fact_visit
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its batch',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    day                 Date COMMENT 'business day of the store',
    store_id            Int32,
    channel             UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    session_id          UInt64,
    visitor_id          UInt64 COMMENT 'pseudonym of a device or browser',
    member_id           Int64 COMMENT '0 when nobody signed in',
    first_at            DateTime64(6, 'UTC') COMMENT 'when the visit began',
    last_at             DateTime64(6, 'UTC') COMMENT 'when it was last heard of',
    pages               Int64 COMMENT 'product pages and search results seen',
    actions             Int64 COMMENT 'events of any kind',
    carts               Int64 COMMENT 'times a product went into the cart',
    ordered             Bool COMMENT 'a coupon was redeemed in an order',
    more_visits         Int8 COMMENT 'what the row adds to the sum over visits, as all that follow',
    more_seconds        Int64,
    more_pages          Int64,
    more_actions        Int64,
    more_bounces        Int8,
    more_cart_visits    Int8,
    more_order_visits   Int8,
    simulated           Bool
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, channel, session_id, source_partition, source_offset)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 1024
COMMENT 'Visits as batches of events left them, one row a visit and batch; the newest row holds'
