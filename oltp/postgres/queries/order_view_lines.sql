-- Lines of one order with what was given back of them.
SELECT l.line_no, l.sku_id, l.category_id, l.kind, l.qty, l.unit_price, l.gross, l.discount,
    l.coupon_discount, l.cost, coalesce(r.qty, 0)::int4, coalesce(r.gross, 0)::int8,
    coalesce(r.discount, 0)::int8
FROM order_line l
CROSS JOIN LATERAL (
    SELECT sum(b.qty) AS qty, sum(b.gross) AS gross, sum(b.discount) AS discount
    FROM refund_line b
    WHERE b.order_id = l.order_id AND b.order_line_no = l.line_no AND b.order_id <> 0
) r
WHERE l.order_id = $1
ORDER BY l.line_no
