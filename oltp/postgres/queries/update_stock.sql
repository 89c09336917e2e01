-- Levels after a batch.
UPDATE stock s
SET on_hand = k.on_hand, reserved = k.reserved, version = k.version
FROM unnest($1::int4[], $2::int8[], $3::int4[], $4::int4[], $5::int8[])
    AS k (store_id, sku_id, on_hand, reserved, version)
WHERE s.store_id = k.store_id AND s.sku_id = k.sku_id
