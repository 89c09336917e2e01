-- SKUs of a store for a measurement.
SELECT sku_id FROM stock WHERE store_id = $1 ORDER BY sku_id LIMIT $2
