-- The last level of SKUs below a version, as the rows of a partition say that one batch
-- did not write.
SELECT
    store_id,
    sku_id,
    max(m.version) AS last_version,
    argMax(m.on_hand, m.version) AS on_hand,
    argMax(m.reserved, m.version) AS reserved,
    argMaxIf(category_id, m.version, category_id != 0) AS category,
    toUnixTimestamp64Micro(argMax(m.at, (m.version, -toUnixTimestamp64Micro(m.at)))) AS at_us
FROM fact_stock_move AS m
INNER JOIN
(
    SELECT tupleElement(k, 1) AS store, tupleElement(k, 2) AS sku, tupleElement(k, 3) AS below
    FROM (SELECT arrayJoin({keys:Array(Tuple(Int32, Int64, Int64))}) AS k)
) AS want ON m.store_id = want.store AND m.sku_id = want.sku
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
    AND m.version > 0 AND m.version < want.below
    AND (store_id, sku_id) IN
    (
        SELECT tupleElement(k, 1), tupleElement(k, 2)
        FROM (SELECT arrayJoin({keys:Array(Tuple(Int32, Int64, Int64))}) AS k)
    )
GROUP BY store_id, sku_id
