-- When orders took their steps, as the rows of a partition say that one batch did not write.
SELECT
    order_id,
    step,
    min(toUnixTimestamp64Micro(at)) AS at_us,
    argMin(toInt32(toUInt16(day)), (at, day)) AS day_number,
    max(s.paid) AS any_paid,
    minIf(toUnixTimestamp64Micro(at), s.paid) AS paid_us,
    argMinIf(toInt32(toUInt16(day)), (at, day), s.paid) AS paid_day,
    minIf(toUnixTimestamp64Micro(placed_at), toUnixTimestamp64Micro(placed_at) != 0) AS placed_us
FROM order_step AS s
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
    AND order_id IN (SELECT arrayJoin({keys:Array(Int64)}))
GROUP BY order_id, step
