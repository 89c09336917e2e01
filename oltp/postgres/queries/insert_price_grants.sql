-- Lines that were sold other than listed.
INSERT INTO price_grant (order_id, list, store_id, line_no, granted_by, reason)
SELECT * FROM unnest($1::int8[], $2::int8[], $3::int4[], $4::int2[], $5::text[], $6::text[])
