-- Entries of the stock ledger.
INSERT INTO stock_move (sku_id, version, ref_id, moved_at, store_id, on_hand_delta, reserved_delta,
    on_hand, reserved, kind, simulated, idem_key, reason)
SELECT unnest($1::int8[]), unnest($2::int8[]), unnest($3::int8[]), unnest($4::timestamptz[]),
    unnest($5::int4[]), unnest($6::int4[]), unnest($7::int4[]), unnest($8::int4[]), unnest($9::int4[]),
    unnest($10::int2[]), unnest($11::bool[]), unnest($12::uuid[]), unnest($13::text[])
