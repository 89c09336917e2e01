-- The levels of some SKUs at some stores.
SELECT store_id, sku_id, on_hand, reserved, version
FROM stock
WHERE store_id = ANY ($1::int4[]) AND sku_id = ANY ($2::int8[])
