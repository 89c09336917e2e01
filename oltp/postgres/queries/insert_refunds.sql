-- New refunds.
INSERT INTO refund (id, idem_key, body_hash, order_id, member_id, refunded_at, gross, discount, store_id,
    refund_day, channel, state, simulated, reason, external_ref)
SELECT unnest($1::int8[]), unnest($2::uuid[]), unnest($3::int8[]), unnest($4::int8[]),
    unnest($5::int8[]), unnest($6::timestamptz[]), unnest($7::int8[]), unnest($8::int8[]),
    unnest($9::int4[]), unnest($10::date[]), unnest($11::int2[]), unnest($12::int2[]),
    unnest($13::bool[]), unnest($14::text[]), unnest($15::text[])
