-- What is on the road, by destination and SKU, after a key.
SELECT t.receiver_id, l.sku_id, sum(l.shipped)::int4
FROM transfer t
JOIN transfer_line l ON l.transfer_id = t.id
WHERE t.state = 3 AND l.shipped > 0 AND (t.receiver_id, l.sku_id) > ($1::int4, $2::int8)
    AND ((SELECT sees_chain()) OR t.receiver_id = ANY ((SELECT visible_stores())::int4[]))
GROUP BY t.receiver_id, l.sku_id
ORDER BY t.receiver_id, l.sku_id
LIMIT $3
