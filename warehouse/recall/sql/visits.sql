-- How visits stand by the rows of a partition that one batch did not write. What a visit has only grows, so
-- the newest row has the most.
SELECT
    toInt32(toUInt16(day)) AS day_number,
    store_id,
    channel,
    session_id,
    min(toUnixTimestamp64Micro(first_at)) AS first_us,
    max(toUnixTimestamp64Micro(last_at)) AS last_us,
    max(v.pages) AS pages,
    max(v.actions) AS actions,
    max(v.carts) AS carts,
    max(visitor_id) AS visitor,
    max(member_id) AS member,
    max(v.ordered) AS ordered,
    max(v.simulated) AS simulated
FROM fact_visit AS v
PREWHERE (day, store_id, channel, session_id) IN
    (
        SELECT toDate(tupleElement(k, 1)), tupleElement(k, 2), tupleElement(k, 3), tupleElement(k, 4)
        FROM (SELECT arrayJoin({keys:Array(Tuple(UInt16, Int32, UInt8, UInt64))}) AS k)
    )
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
GROUP BY day, store_id, channel, session_id
