-- The listings of stores.
SELECT store_id, sku_id, listed, price, held, version
FROM listing
WHERE store_id = ANY ($1::int4[])
