-- Levels of goods that a store did not have before.
INSERT INTO stock (store_id, sku_id, on_hand, reserved, version)
SELECT * FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int4[], $5::int8[])
