CREATE TABLE IF NOT EXISTS rollup_store_campaign_day
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    campaign_id           Int32 COMMENT '0 for none',
    channel               UInt8 COMMENT '1 till, 2 mini-program, 3 web, 4 phone',
    gross_sales_fen       SimpleAggregateFunction(sum, Int64) COMMENT 'fen, before discounts',
    discounts_fen         SimpleAggregateFunction(sum, Int64) COMMENT 'fen',
    coupon_discounts_fen  SimpleAggregateFunction(sum, Int64) COMMENT 'fen, part of discounts',
    net_of_orders_fen     SimpleAggregateFunction(sum, Int64) COMMENT 'fen, gross - discounts',
    refunds_fen           SimpleAggregateFunction(sum, Int64) COMMENT 'fen, net given back',
    adjustments_fen       SimpleAggregateFunction(sum, Int64) COMMENT 'fen, part of net',
    write_offs_fen        SimpleAggregateFunction(sum, Int64) COMMENT 'fen, part of net',
    cost_of_orders_fen    SimpleAggregateFunction(sum, Int64) COMMENT 'fen',
    cost_of_refunds_fen   SimpleAggregateFunction(sum, Int64) COMMENT 'fen',
    order_lines           SimpleAggregateFunction(sum, Int64),
    refund_lines          SimpleAggregateFunction(sum, Int64),
    units                 SimpleAggregateFunction(sum, Int64) COMMENT 'goods in orders',
    refunded_units        SimpleAggregateFunction(sum, Int64) COMMENT 'goods in refunds',
    written_off_units     SimpleAggregateFunction(sum, Int64) COMMENT 'left without sale',
    orders                SimpleAggregateFunction(sum, Int64),
    refund_documents      SimpleAggregateFunction(sum, Int64),
    buyers                AggregateFunction(groupBitmap, UInt64) COMMENT 'members in orders',
    products              AggregateFunction(groupBitmap, UInt64) COMMENT 'SKUs in orders',
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, campaign_id, channel)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Sums by store, campaign and business day'
