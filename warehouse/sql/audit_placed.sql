-- Where a rollup says something else about orders placed, paid and cancelled than the facts do.
WITH ['placed_orders', 'placed_fen', 'paid_orders', 'pickup_orders', 'same_city_orders',
    'express_orders', 'cancelled_orders'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(countIf(step = 1)), sumIf(net_fen, step = 1), toInt64(countIf(paid)),
        toInt64(countIf(paid AND fulfilment = 2)), toInt64(countIf(paid AND fulfilment = 3)),
        toInt64(countIf(paid AND fulfilment = 4)), toInt64(countIf(step = 3))] AS v
    FROM fact_order_step
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(placed_orders), sum(placed_fen), sum(paid_orders), sum(pickup_orders),
        sum(same_city_orders), sum(express_orders), sum(cancelled_orders)] AS v
    FROM {rollup:Identifier}
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
