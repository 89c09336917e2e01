-- New orders.
INSERT INTO orders (id, idem_key, body_hash, member_id, placed_at, paid_at, gross, discount, store_id,
    campaign_id, sale_day, channel, fulfilment, state, simulated, payment_method, external_ref)
SELECT unnest($1::int8[]), unnest($2::uuid[]), unnest($3::int8[]), unnest($4::int8[]),
    unnest($5::timestamptz[]), unnest($6::timestamptz[]), unnest($7::int8[]), unnest($8::int8[]),
    unnest($9::int4[]), unnest($10::int4[]), unnest($11::date[]), unnest($12::int2[]),
    unnest($13::int2[]), unnest($14::int2[]), unnest($15::bool[]), unnest($16::text[]),
    unnest($17::text[])
