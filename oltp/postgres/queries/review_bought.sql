-- What a line of an order says of a purchase.
SELECT l.sku_id, coalesce(p.style_id, 0), o.store_id, o.member_id, l.kind, o.paid_at IS NOT NULL, o.state,
    s.time_zone
FROM orders o
JOIN order_line l ON l.order_id = o.id AND l.line_no = $2
JOIN product p ON p.id = l.sku_id
JOIN store s ON s.id = o.store_id
WHERE o.id = $1
