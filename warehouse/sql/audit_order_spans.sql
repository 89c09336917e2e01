-- Where the rollup says something else about the spans of orders than the steps of each order do.
WITH ['orders', 'seconds', 'within_hour', 'on_time'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    concat(measure, ' of span ', toString(span)) AS measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, span, 1 AS is_fact,
        [toInt64(count()), toInt64(sum(took)), toInt64(countIf(took <= 3600)),
        toInt64(countIf(took <= multiIf(way = 2, 7200, way = 3, 10800, 604800)))] AS v
    FROM
    (
        SELECT order_id, shop AS store_id, way, span, tupleElement(e, 2) AS day,
            greatest(0, intDiv(tupleElement(e, 1) - tupleElement(b, 1), 1000000)) AS took
        FROM
        (
            SELECT order_id, any(store_id) AS shop, any(fulfilment) AS way,
                minIf((toUnixTimestamp64Micro(at), day), step = 1) AS p,
                minIf(toUnixTimestamp64Micro(placed_at), toUnixTimestamp64Micro(placed_at) != 0) AS t,
                if(t = 0 OR tupleElement(p, 1) != 0 AND tupleElement(p, 1) < t, p, (t, toDate(0)))
                    AS placed,
                minIf((toUnixTimestamp64Micro(at), day), step = 2 OR step = 1 AND s.paid) AS paid,
                minIf((toUnixTimestamp64Micro(at), day), step = 7) AS picking,
                minIf((toUnixTimestamp64Micro(at), day), step IN (5, 8)) AS ready,
                minIf((toUnixTimestamp64Micro(at), day), step = 9) AS out,
                minIf((toUnixTimestamp64Micro(at), day), step = 6) AS done
            FROM fact_order_step AS s
            WHERE fulfilment > 1 AND order_id != 0 AND step IN (1, 2, 5, 6, 7, 8, 9)
                AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
            GROUP BY order_id
        )
        ARRAY JOIN [1, 2, 3, 4, 5, 6, 7] AS span,
            [placed, paid, paid, ready, out, paid, placed] AS b,
            [paid, picking, ready, out, done, done, done] AS e
        WHERE tupleElement(b, 1) != 0 AND tupleElement(e, 1) != 0
    )
    GROUP BY store_id, day, span
    UNION ALL
    SELECT store_id, day, span, 0 AS is_fact,
        [sum(orders), sum(seconds), sum(within_hour), sum(on_time)] AS v
    FROM {rollup:Identifier}
    WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
    GROUP BY store_id, day, span
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, span, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
