-- How much members like some goods, by the models that count now.
SELECT
    member_id AS member,
    sku_id AS sku,
    max(score) AS taste
FROM member_top_now
WHERE has({skus:Array(Int64)}, sku_id) AND ({everywhere:Bool} OR home IN {scope:Array(Int32)})
GROUP BY member_id, sku_id
