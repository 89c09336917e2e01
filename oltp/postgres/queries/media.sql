-- The media of a style, or of a SKU, in their order.
SELECT kind, url, encode(sha256, 'hex'), width, height, alt, alt_en
FROM media
WHERE style_id = $1::int8 OR product_id = $2::int8
ORDER BY place
