CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_store_day_from_order_line ON CLUSTER 'chain'
TO rollup_store_day_local
AS SELECT
    day,
    store_id,
    channel,
    sumIf(gross_fen, doc = 1) AS gross_sales_fen,
    sumIf(discount_fen, doc = 1) AS discounts_fen,
    sumIf(coupon_discount_fen, doc = 1) AS coupon_discounts_fen,
    sumIf(net_fen, doc = 1) AS net_of_orders_fen,
    sumIf(net_fen, doc = 2) AS refunds_fen,
    sumIf(if(doc = 1, net_fen, -net_fen), kind = 2) AS adjustments_fen,
    sumIf(if(doc = 1, net_fen, -net_fen), kind = 4) AS write_offs_fen,
    sumIf(cost_fen, doc = 1) AS cost_of_orders_fen,
    sumIf(cost_fen, doc = 2) AS cost_of_refunds_fen,
    toInt64(sumIf(first, doc = 1)) AS orders,
    toInt64(sumIf(first, doc = 2)) AS refund_documents,
    toInt64(countIf(doc = 1)) AS order_lines,
    toInt64(countIf(doc = 2)) AS refund_lines,
    toInt64(sumIf(qty, doc = 1 AND kind = 1)) AS units,
    toInt64(sumIf(qty, doc = 2 AND kind = 1)) AS refunded_units,
    toInt64(sumIf(if(doc = 1, -qty, qty), kind = 3)) AS written_off_units,
    groupBitmapStateIf(toUInt64(member_id), doc = 1 AND member_id != 0) AS buyers,
    groupBitmapStateIf(toUInt64(sku_id), doc = 1 AND sku_id != 0) AS products,
    toUInt8(max(fact_order_line_local.simulated)) AS simulated
FROM fact_order_line_local
GROUP BY day, store_id, channel
