CREATE TABLE IF NOT EXISTS fact_order_line_local ON CLUSTER 'chain'
(
    source_partition    UInt16 COMMENT 'partition of the topic that the row was read from',
    source_offset       UInt64 COMMENT 'offset of the record in its partition',
    source_row          UInt32 COMMENT 'number of the row within its record',
    committed_at        DateTime64(6, 'UTC') COMMENT 'when the fact became durable at its source',
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in',
    doc                 UInt8 COMMENT '1 sale, 2 refund',
    order_id            Int64 COMMENT 'the order; for a refund without receipt the refund itself',
    document_id         Int64 COMMENT 'the order or the refund',
    first               UInt8 COMMENT '1 on the first line of its document, else 0',
    line                UInt16 COMMENT 'number of the line in its document',
    kind                UInt8 COMMENT '1 sale, 2 adjustment, 3 stock write-off, 4 write-off',
    store_id            Int32,
    sku_id              Int64,
    category_id         Int32,
    member_id           Int64 COMMENT '0 for an anonymous customer',
    channel             UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    fulfilment          UInt8 COMMENT '1 carry out, 2 pickup, 3 same city, 4 express',
    campaign_id         Int32 COMMENT '0 for none',
    at                  DateTime64(6, 'UTC') COMMENT 'when paid or refunded',
    day                 Date COMMENT 'business day of the store',
    local_hour          UInt8 COMMENT 'hour of the day at the store, 0 to 23',
    qty                 Int32 COMMENT 'units; positive in refunds too',
    gross_fen           Int64 COMMENT 'fen, before discounts',
    discount_fen        Int64 COMMENT 'fen; gross - discount = net',
    net_fen             Int64 COMMENT 'fen; positive in refunds too',
    coupon_discount_fen Int64 COMMENT 'fen, the part of the discount that a coupon paid',
    cost_fen            Int64 COMMENT 'fen, what the goods cost the chain',
    simulated           Bool,
    INDEX by_insert inserted_at TYPE minmax GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/fact_order_line_local', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, at, document_id, line)
SETTINGS replicated_deduplication_window_seconds = 604800, replicated_deduplication_window = 10000
COMMENT 'Lines of paid orders and of refunds, one row a line';

CREATE TABLE IF NOT EXISTS fact_order_line ON CLUSTER 'chain' AS fact_order_line_local
ENGINE = Distributed('chain', 'tillstream', 'fact_order_line_local', store_id)
