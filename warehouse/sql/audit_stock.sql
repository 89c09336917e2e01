-- Where a rollup says something else about stock than the moves of each SKU do, taken by version.
WITH ['on_hand', 'on_hand_at', 'out', 'out_at', 'listed', 'listed_at', 'sold', 'returned', 'received']
    AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(sum(gap)), toInt64(sum(gap * second)),
        toInt64(sum(empty - was_empty)), toInt64(sum((empty - was_empty) * second)),
        toInt64(sum(first)), toInt64(sum(first * second)), 0, 0, 0] AS v
    FROM
    (
        SELECT store_id, day, second, toInt64(empty) AS empty,
            toInt64(lagInFrame(empty, 1, 0) OVER w) AS was_empty,
            toInt64(row_number() OVER w = 1) AS first,
            toInt64(level) - moved - lagInFrame(toInt64(level), 1, 0) OVER w AS gap
        FROM
        (
            SELECT store_id, sku_id, version, any(on_hand) AS level, any(on_hand <= reserved) AS empty,
                sum(on_hand_delta) AS moved, argMin(m.day, (at, m.day, local_second)) AS day,
                argMin(local_second, (at, m.day, local_second)) AS second
            FROM fact_stock_move AS m
            WHERE version > 0 AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
            GROUP BY store_id, sku_id, version
        )
        WINDOW w AS (PARTITION BY store_id, sku_id ORDER BY version
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    )
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(sum(on_hand_delta)), toInt64(sum(toInt64(on_hand_delta) * local_second)), 0, 0, 0, 0,
        toInt64(-sumIf(on_hand_delta, kind IN (2, 5))), toInt64(sumIf(on_hand_delta, kind = 6)),
        toInt64(sumIf(on_hand_delta, kind IN (1, 13)))] AS v
    FROM fact_stock_move
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [sum(on_hand), sum(on_hand_at), sum(out), sum(out_at), sum(listed), sum(listed_at), sum(sold),
        sum(returned), sum(received)] AS v
    FROM {rollup:Identifier}
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
