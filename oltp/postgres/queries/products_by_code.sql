-- SKUs by code.
SELECT * FROM sku WHERE code = ANY ($1::text[])
