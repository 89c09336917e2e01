CREATE TABLE IF NOT EXISTS rollup_store_day_local ON CLUSTER 'chain'
(
    day                   Date COMMENT 'business day of the store',
    store_id              Int32,
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
    orders                SimpleAggregateFunction(sum, Int64),
    refund_documents      SimpleAggregateFunction(sum, Int64),
    order_lines           SimpleAggregateFunction(sum, Int64),
    refund_lines          SimpleAggregateFunction(sum, Int64),
    units                 SimpleAggregateFunction(sum, Int64) COMMENT 'goods in orders',
    refunded_units        SimpleAggregateFunction(sum, Int64) COMMENT 'goods in refunds',
    written_off_units     SimpleAggregateFunction(sum, Int64) COMMENT 'left without sale',
    buyers                AggregateFunction(groupBitmap, UInt64) COMMENT 'members in orders',
    products              AggregateFunction(groupBitmap, UInt64) COMMENT 'SKUs in orders',
    visitors              AggregateFunction(uniq, UInt64),
    sessions              AggregateFunction(uniq, UInt64),
    views                 SimpleAggregateFunction(sum, Int64),
    searches              SimpleAggregateFunction(sum, Int64),
    cart_adds             SimpleAggregateFunction(sum, Int64),
    impressions           SimpleAggregateFunction(sum, Int64) COMMENT 'one for each product shown',
    clicks                SimpleAggregateFunction(sum, Int64),
    coupons_issued        SimpleAggregateFunction(sum, Int64),
    coupons_redeemed      SimpleAggregateFunction(sum, Int64),
    simulated             SimpleAggregateFunction(max, UInt8) COMMENT '1 if any of it was simulated'
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/rollup_store_day_local', '{replica}')
PARTITION BY toYYYYMM(day)
ORDER BY (day, store_id, channel)
SETTINGS replicated_deduplication_window_seconds = 604800, replicated_deduplication_window = 10000, index_granularity = 512
COMMENT 'Sums by store and business day';

CREATE TABLE IF NOT EXISTS rollup_store_day ON CLUSTER 'chain' AS rollup_store_day_local
ENGINE = Distributed('chain', 'tillstream', 'rollup_store_day_local', store_id)
