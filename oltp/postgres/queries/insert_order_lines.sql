-- Lines of new orders.
INSERT INTO order_line (order_id, sku_id, unit_price, gross, discount, coupon_discount, cost,
    category_id, qty, line_no, kind, reason)
SELECT unnest($1::int8[]), unnest($2::int8[]), unnest($3::int8[]), unnest($4::int8[]),
    unnest($5::int8[]), unnest($6::int8[]), unnest($7::int8[]), unnest($8::int4[]), unnest($9::int4[]),
    unnest($10::int2[]), unnest($11::int2[]), unnest($12::text[])
