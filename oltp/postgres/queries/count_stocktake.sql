-- Counts of a stocktake; a later count of a SKU replaces the earlier one.
INSERT INTO stocktake_line AS t (stocktake_id, sku_id, counted, counted_at, counted_by)
SELECT $1, k.sku_id, k.counted, $4, $5
FROM unnest($2::int8[], $3::int4[]) AS k (sku_id, counted)
ON CONFLICT (stocktake_id, sku_id) DO UPDATE SET counted = excluded.counted,
    counted_at = excluded.counted_at, counted_by = excluded.counted_by
