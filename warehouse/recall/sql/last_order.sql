-- The highest number of an order of which the rows of a partition tell a step that one batch did not write.
SELECT max(order_id)
FROM order_step
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
