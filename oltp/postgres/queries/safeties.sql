-- Safety stocks of some stores, or of all.
SELECT store_id, sku_id, safety FROM stock_safety WHERE $1::bool OR store_id = ANY ($2::int4[])
