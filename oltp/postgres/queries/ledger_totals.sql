-- The books by store and business day, recomputed from the lines: sales that were paid that day and
-- refunds of that day.
SELECT store_id, day - DATE '1970-01-01',
    sum(orders)::int8, sum(lines)::int8, coalesce(sum(units), 0)::int8, sum(gross)::int8, sum(discount)::int8,
    sum(refunds)::int8, sum(refund_lines)::int8, coalesce(sum(refund_units), 0)::int8, sum(refund_gross)::int8,
    sum(refund_discount)::int8
FROM (
    SELECT o.store_id, o.sale_day AS day, count(DISTINCT o.id) AS orders, count(*) AS lines,
        sum(l.qty) FILTER (WHERE l.kind = 1) AS units, sum(l.gross) AS gross, sum(l.discount) AS discount,
        0 AS refunds, 0 AS refund_lines, 0 AS refund_units, 0 AS refund_gross, 0 AS refund_discount
    FROM orders o
    JOIN order_line l ON l.order_id = o.id
    WHERE o.sale_day IS NOT NULL
    GROUP BY o.store_id, o.sale_day
    UNION ALL
    SELECT r.store_id, r.refund_day, 0, 0, 0, 0, 0, count(DISTINCT r.id), count(*),
        sum(l.qty) FILTER (WHERE l.kind = 1), sum(l.gross), sum(l.discount)
    FROM refund r
    JOIN refund_line l ON l.refund_id = r.id
    GROUP BY r.store_id, r.refund_day
) AS t (store_id, day, orders, lines, units, gross, discount, refunds, refund_lines, refund_units,
    refund_gross, refund_discount)
GROUP BY store_id, day
ORDER BY store_id, day
