-- Where a rollup says something else about documents, buyers and products than the facts do.
WITH ['orders', 'refund_documents', 'net_of_orders_fen', 'refunds_fen', 'units', 'buyers', 'products'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(sumIf(first, doc = 1)), toInt64(sumIf(first, doc = 2)),
        sumIf(net_fen, doc = 1), sumIf(net_fen, doc = 2),
        toInt64(sumIf(qty, doc = 1 AND kind = 1)),
        toInt64(uniqExactIf(member_id, doc = 1 AND member_id != 0)),
        toInt64(uniqExactIf(sku_id, doc = 1 AND sku_id != 0))] AS v
    FROM fact_order_line
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(orders), sum(refund_documents), sum(net_of_orders_fen), sum(refunds_fen), sum(units),
        toInt64(groupBitmapMerge(buyers)), toInt64(groupBitmapMerge(products))] AS v
    FROM {rollup:Identifier}
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
