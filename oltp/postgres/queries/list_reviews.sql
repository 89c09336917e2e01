-- Reviews before an id, the newest first; of a SKU, of a style, in a state, or of all.
SELECT id, sku_id, coalesce(style_id, 0), store_id, member_id, order_id, line_no, stars, words, state,
    posted_at, version
FROM review
WHERE id < $1
    AND ($3::int8 = 0 OR sku_id = $3)
    AND ($4::text = '' OR style_id = (SELECT t.id FROM style t WHERE t.code = $4))
    AND ($5::int2 = 0 OR state = $5)
ORDER BY id DESC
LIMIT $2
