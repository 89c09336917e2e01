-- New orders.
INSERT INTO orders (id, idem_key, body_hash, member_id, placed_at, paid_at, gross, discount, store_id,
    campaign_id, sale_day, channel, fulfilment, state, simulated, payment_method, external_ref)
SELECT * FROM unnest($1::int8[], $2::uuid[], $3::int8[], $4::int8[], $5::timestamptz[],
    $6::timestamptz[], $7::int8[], $8::int8[], $9::int4[], $10::int4[], $11::date[], $12::int2[],
    $13::int2[], $14::int2[], $15::bool[], $16::text[], $17::text[])
