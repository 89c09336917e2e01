-- Where a rollup says something else about documents and visits than the facts do.
WITH ['orders', 'refund_documents', 'visitors', 'sessions', 'views', 'searches', 'cart_adds',
    'impressions', 'clicks', 'coupons_issued', 'coupons_redeemed'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        arrayResize([toInt64(sumIf(first, doc = 1)), toInt64(sumIf(first, doc = 2))], 11) AS v
    FROM fact_order_line
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(0), 0, toInt64(uniqIf(visitor_id, visitor_id != 0)),
        toInt64(uniqIf(session_id, session_id != 0)), toInt64(countIf(kind = 64)),
        toInt64(countIf(kind = 65)), toInt64(countIf(kind = 66)), toInt64(countIf(kind = 67)),
        toInt64(countIf(kind = 68)), toInt64(countIf(kind = 69)), toInt64(countIf(kind = 70))] AS v
    FROM fact_behaviour
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(orders), sum(refund_documents), toInt64(uniqMerge(visitors)), toInt64(uniqMerge(sessions)),
        sum(views), sum(searches), sum(cart_adds), sum(impressions), sum(clicks),
        sum(coupons_issued), sum(coupons_redeemed)] AS v
    FROM {rollup:Identifier}
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
