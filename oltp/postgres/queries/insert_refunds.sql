-- New refunds.
INSERT INTO refund (id, idem_key, body_hash, order_id, member_id, refunded_at, gross, discount, store_id,
    refund_day, channel, state, simulated, reason, external_ref)
SELECT * FROM unnest($1::int8[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[], $6::timestamptz[],
    $7::int8[], $8::int8[], $9::int4[], $10::date[], $11::int2[], $12::int2[], $13::bool[], $14::text[],
    $15::text[])
