-- What a member has among the favourites now, put there in a store in scope, the newest first. On a cluster a
-- favourite may lie on several nodes.
SELECT toInt64(sku_id) AS sku
FROM (
    SELECT
        f.sku_id AS sku_id,
        argMax(f.favourite, f.at) AS kept,
        argMax(f.store_id, f.at) AS store_id,
        max(f.at) AS newest
    FROM member_favourite AS f
    WHERE f.member_id = {member:Int64}
    GROUP BY f.sku_id
)
WHERE kept AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
ORDER BY newest DESC, sku_id
LIMIT {most:UInt32}
