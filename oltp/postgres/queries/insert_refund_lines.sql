-- Lines of new refunds.
INSERT INTO refund_line (refund_id, order_id, sku_id, gross, discount, cost, category_id, qty, line_no,
    order_line_no, kind)
SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int4[],
    $8::int4[], $9::int2[], $10::int2[], $11::int2[])
