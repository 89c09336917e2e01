-- Where the rollup says something else about whole visits than the events of each of them do.
WITH ['visits', 'visit_seconds', 'pages', 'actions', 'bounces', 'cart_visits', 'order_visits'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(count()), toInt64(sum(last_second)), toInt64(sum(seen)), toInt64(sum(events)),
        toInt64(countIf(seen <= 1 AND carts = 0 AND orders = 0)), toInt64(countIf(carts > 0)),
        toInt64(countIf(orders > 0))] AS v
    FROM
    (
        SELECT store_id, day, channel, session_id,
            intDiv(toUnixTimestamp64Micro(max(at)) - toUnixTimestamp64Micro(min(at)), 1000000)
                AS last_second,
            countIf(kind IN (64, 65)) AS seen, count() AS events, countIf(kind = 66) AS carts,
            countIf(order_id != 0) AS orders
        FROM fact_behaviour
        WHERE first = 1 AND session_id != 0
            AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        GROUP BY store_id, day, channel, session_id
    )
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(visits), sum(visit_seconds), sum(pages), sum(actions), sum(bounces), sum(cart_visits),
        sum(order_visits)] AS v
    FROM {rollup:Identifier}
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
