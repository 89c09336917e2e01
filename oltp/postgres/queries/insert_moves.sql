-- Entries of the stock ledger.
INSERT INTO stock_move (sku_id, version, ref_id, moved_at, store_id, on_hand_delta, reserved_delta,
    on_hand, reserved, kind, simulated, idem_key, reason)
SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::timestamptz[], $5::int4[], $6::int4[],
    $7::int4[], $8::int4[], $9::int4[], $10::int2[], $11::bool[], $12::uuid[], $13::text[])
