-- Lines of a stocktake.
SELECT sku_id, counted, counted_at, counted_by, coalesce(expected, 0), value
FROM stocktake_line
WHERE stocktake_id = $1
ORDER BY sku_id
