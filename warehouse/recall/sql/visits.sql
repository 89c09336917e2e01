-- How visits stood when the records of a partition before an offset had been seen.
SELECT
    toInt32(toUInt16(day)) AS day_number,
    store_id,
    channel,
    session_id,
    argMax(toUnixTimestamp64Micro(first_at), source_offset) AS first_us,
    argMax(toUnixTimestamp64Micro(last_at), source_offset) AS last_us,
    argMax(v.pages, source_offset) AS pages,
    argMax(v.actions, source_offset) AS actions,
    argMax(v.carts, source_offset) AS carts,
    argMax(visitor_id, source_offset) AS visitor,
    argMax(member_id, source_offset) AS member,
    argMax(v.ordered, source_offset) AS ordered,
    argMax(v.simulated, source_offset) AS simulated
FROM fact_visit AS v
PREWHERE (day, store_id, channel, session_id) IN
    (
        SELECT toDate(tupleElement(k, 1)), tupleElement(k, 2), tupleElement(k, 3), tupleElement(k, 4)
        FROM (SELECT arrayJoin({keys:Array(Tuple(UInt16, Int32, UInt8, UInt64))}) AS k)
    )
WHERE source_partition = {partition:UInt16} AND source_offset < {before:UInt64}
GROUP BY day, store_id, channel, session_id
