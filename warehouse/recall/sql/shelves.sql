-- Which SKUs of which stores the rows of a partition tell moves of that one batch did not write.
SELECT DISTINCT store_id, sku_id
FROM fact_stock_move
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64} AND version > 0
