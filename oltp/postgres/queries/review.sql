-- One review that changes, in the order of list_reviews.sql, and the time zone of its store.
SELECT r.id, r.sku_id, coalesce(r.style_id, 0), r.store_id, r.member_id, r.order_id, r.line_no, r.stars,
    r.words, r.state, r.posted_at, r.version, s.time_zone
FROM review r
JOIN store s ON s.id = r.store_id
WHERE r.id = $1
FOR UPDATE OF r
