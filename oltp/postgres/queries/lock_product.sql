-- Locks a SKU that changes.
SELECT id FROM product WHERE code = $1 FOR UPDATE
