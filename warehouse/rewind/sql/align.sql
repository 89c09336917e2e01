-- Where the batch began to which the last row before an offset belongs: its rows came in at one moment.
SELECT toInt64(min(source_offset)) AS began
FROM fact_behaviour
WHERE source_partition = {partition:UInt16} AND source_offset < {offset:UInt64} AND inserted_at =
(
    SELECT argMax(inserted_at, source_offset)
    FROM fact_behaviour
    WHERE source_partition = {partition:UInt16} AND source_offset < {offset:UInt64}
)
HAVING count() > 0
