-- Forgets the media of a style or of a SKU.
DELETE FROM media WHERE style_id = $1::int8 OR product_id = $2::int8
