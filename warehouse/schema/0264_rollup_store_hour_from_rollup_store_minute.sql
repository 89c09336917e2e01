-- A full batch has many facts for each row of its minutes, so that hours made of minutes cost little beside
-- hours made of facts.
CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_store_hour_from_rollup_store_minute
TO rollup_store_hour
AS SELECT
    day,
    store_id,
    toStartOfHour(minute) AS hour,
    local_hour,
    channel,
    sum(m.gross_sales_fen) AS gross_sales_fen,
    sum(m.discounts_fen) AS discounts_fen,
    sum(m.coupon_discounts_fen) AS coupon_discounts_fen,
    sum(m.net_of_orders_fen) AS net_of_orders_fen,
    sum(m.refunds_fen) AS refunds_fen,
    sum(m.adjustments_fen) AS adjustments_fen,
    sum(m.write_offs_fen) AS write_offs_fen,
    sum(m.cost_of_orders_fen) AS cost_of_orders_fen,
    sum(m.cost_of_refunds_fen) AS cost_of_refunds_fen,
    sum(m.orders) AS orders,
    sum(m.refund_documents) AS refund_documents,
    sum(m.order_lines) AS order_lines,
    sum(m.refund_lines) AS refund_lines,
    sum(m.units) AS units,
    sum(m.refunded_units) AS refunded_units,
    sum(m.written_off_units) AS written_off_units,
    groupBitmapMergeState(m.buyers) AS buyers,
    groupBitmapMergeState(m.products) AS products,
    uniqMergeState(m.visitors) AS visitors,
    uniqMergeState(m.sessions) AS sessions,
    sum(m.views) AS views,
    sum(m.searches) AS searches,
    sum(m.cart_adds) AS cart_adds,
    sum(m.impressions) AS impressions,
    sum(m.clicks) AS clicks,
    sum(m.coupons_issued) AS coupons_issued,
    sum(m.coupons_redeemed) AS coupons_redeemed,
    max(m.simulated) AS simulated
FROM rollup_store_minute AS m
GROUP BY day, store_id, hour, local_hour, channel
