-- The picture that a SKU is shown with.
UPDATE product SET image = $2, version = version + 1 WHERE id = $1
