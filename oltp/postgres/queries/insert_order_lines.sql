-- Lines of new orders.
INSERT INTO order_line (order_id, sku_id, unit_price, gross, discount, coupon_discount, cost,
    category_id, qty, line_no, kind, reason)
SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[],
    $8::int4[], $9::int4[], $10::int2[], $11::int2[], $12::text[])
