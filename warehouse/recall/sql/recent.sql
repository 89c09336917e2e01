-- Which visits of a day and later ones the rows of a partition tell that one batch did not write.
SELECT DISTINCT toInt32(toUInt16(day)) AS day_number, store_id, channel, session_id
FROM fact_visit
WHERE day >= toDate({since:UInt16})
    AND source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
