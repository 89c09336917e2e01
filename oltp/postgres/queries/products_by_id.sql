-- SKUs by id.
SELECT * FROM sku WHERE id = ANY ($1::int8[])
