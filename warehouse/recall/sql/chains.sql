-- The levels of SKUs from a version on, as the rows of a partition say that one batch did not write. A
-- version that was told several times is one level.
SELECT
    store_id,
    sku_id,
    m.version AS level_version,
    any(m.on_hand) AS on_hand,
    any(m.reserved) AS reserved,
    toInt32(sum(on_hand_delta)) AS moved,
    max(category_id) AS category,
    toUnixTimestamp64Micro(min(m.at)) AS at_us,
    argMin(toInt32(toUInt16(day)), (m.at, day, m.local_second)) AS day_number,
    argMin(m.local_second, (m.at, day, m.local_second)) AS second,
    max(m.simulated) AS any_simulated
FROM fact_stock_move AS m
INNER JOIN
(
    SELECT tupleElement(k, 1) AS store, tupleElement(k, 2) AS sku, tupleElement(k, 3) AS lowest
    FROM (SELECT arrayJoin({keys:Array(Tuple(Int32, Int64, Int64))}) AS k)
) AS want ON m.store_id = want.store AND m.sku_id = want.sku
WHERE source_partition = {partition:UInt16} AND source_batch != {batch:UInt64}
    AND m.version > 0 AND m.version >= want.lowest
    AND (store_id, sku_id) IN
    (
        SELECT tupleElement(k, 1), tupleElement(k, 2)
        FROM (SELECT arrayJoin({keys:Array(Tuple(Int32, Int64, Int64))}) AS k)
    )
GROUP BY store_id, sku_id, level_version
ORDER BY store_id, sku_id, level_version
