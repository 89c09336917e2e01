-- Levels of goods that a store did not have before.
INSERT INTO stock (store_id, sku_id, on_hand, reserved, version)
SELECT unnest($1::int4[]), unnest($2::int8[]), unnest($3::int4[]), unnest($4::int4[]),
    unnest($5::int8[])
