-- Where a rollup by SKU says something else about order lines than the facts do.
WITH ['gross_sales_fen', 'discounts_fen', 'coupon_discounts_fen', 'net_of_orders_fen', 'refunds_fen',
    'adjustments_fen', 'write_offs_fen', 'cost_of_orders_fen', 'cost_of_refunds_fen', 'order_lines',
    'refund_lines', 'units', 'refunded_units', 'written_off_units'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [sumIf(gross_fen, doc = 1), sumIf(discount_fen, doc = 1), sumIf(coupon_discount_fen, doc = 1),
        sumIf(net_fen, doc = 1), sumIf(net_fen, doc = 2),
        sumIf(if(doc = 1, net_fen, -net_fen), kind = 2), sumIf(if(doc = 1, net_fen, -net_fen), kind = 4),
        sumIf(cost_fen, doc = 1), sumIf(cost_fen, doc = 2),
        toInt64(countIf(doc = 1)), toInt64(countIf(doc = 2)),
        toInt64(sumIf(qty, doc = 1 AND kind = 1)), toInt64(sumIf(qty, doc = 2 AND kind = 1)),
        toInt64(sumIf(if(doc = 1, -qty, qty), kind = 3))] AS v
    FROM fact_order_line
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(gross_sales_fen), sum(discounts_fen), sum(coupon_discounts_fen),
        sum(net_of_orders_fen), sum(refunds_fen), sum(adjustments_fen), sum(write_offs_fen),
        sum(cost_of_orders_fen), sum(cost_of_refunds_fen), sum(order_lines), sum(refund_lines),
        sum(units), sum(refunded_units), sum(written_off_units)] AS v
    FROM {rollup:Identifier}
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
