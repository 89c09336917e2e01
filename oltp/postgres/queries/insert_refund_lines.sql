-- Lines of new refunds.
INSERT INTO refund_line (refund_id, order_id, sku_id, gross, discount, cost, category_id, qty, line_no,
    order_line_no, kind)
SELECT unnest($1::int8[]), unnest($2::int8[]), unnest($3::int8[]), unnest($4::int8[]),
    unnest($5::int8[]), unnest($6::int8[]), unnest($7::int4[]), unnest($8::int4[]), unnest($9::int2[]),
    unnest($10::int2[]), unnest($11::int2[])
