-- Lines of orders with what was given back of them.
SELECT l.order_id, l.line_no, l.sku_id, l.category_id, l.kind, l.qty, l.unit_price, l.gross, l.discount,
    l.coupon_discount, l.cost, coalesce(r.qty, 0)::int4, coalesce(r.gross, 0)::int8,
    coalesce(r.discount, 0)::int8
FROM order_line l
LEFT JOIN (
    SELECT order_id, order_line_no, sum(qty) AS qty, sum(gross) AS gross, sum(discount) AS discount
    FROM refund_line
    WHERE order_id = ANY ($1::int8[]) AND order_id <> 0
    GROUP BY order_id, order_line_no
) r ON r.order_id = l.order_id AND r.order_line_no = l.line_no
WHERE l.order_id = ANY ($1::int8[])
ORDER BY l.order_id, l.line_no
