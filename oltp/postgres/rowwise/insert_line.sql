-- One line of an order.
INSERT INTO order_line (order_id, sku_id, unit_price, gross, discount, coupon_discount, cost, category_id,
    qty, line_no, kind)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0, $6, $7, 1)
