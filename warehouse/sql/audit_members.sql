-- Where the days on which members bought are not those of the facts.
WITH ['buyers', 'channels'] AS names
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    measure,
    from_facts,
    from_rollup
FROM
(
    SELECT store_id, day, 1 AS is_fact,
        [toInt64(uniqExact(member_id)), toInt64(uniqExact(member_id, channel, campaign_id))] AS v
    FROM fact_order_line
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
        AND doc = 1 AND member_id != 0
    GROUP BY store_id, day
    UNION ALL
    SELECT store_id, day, 0 AS is_fact,
        [toInt64(uniqExact(member_id)), toInt64(uniqExact(member_id, channel, campaign_id))] AS v
    FROM {rollup:Identifier}
    WHERE ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY store_id, day
)
ARRAY JOIN names AS measure, v AS amount
GROUP BY store_id, day, measure
HAVING (sumIf(amount, is_fact = 1) AS from_facts) != (sumIf(amount, is_fact = 0) AS from_rollup)
ORDER BY store_id, day, measure
LIMIT {limit:UInt32}
