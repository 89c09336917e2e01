-- Steps that orders took.
INSERT INTO order_step (order_id, at, store_id, step, reason)
SELECT * FROM unnest($1::int8[], $2::timestamptz[], $3::int4[], $4::int2[], $5::text[])
