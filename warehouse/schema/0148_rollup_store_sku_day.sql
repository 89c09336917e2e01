CREATE TABLE IF NOT EXISTS rollup_store_sku_day
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
    sku_id                Int64,
    category_id           Int32,
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
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = AggregatingMergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (day, sku_id, store_id, category_id, channel)
SETTINGS non_replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Sums by store, SKU and business day'
