-- The media of a style or of a SKU, in the order of the arrays.
INSERT INTO media (style_id, product_id, place, kind, url, sha256, width, height, alt, alt_en)
SELECT $1::int8, $2::int8, m.place, m.kind, m.url, decode(m.sha256, 'hex'), m.width, m.height, m.alt, m.alt_en
FROM unnest($3::int2[], $4::text[], $5::text[], $6::int4[], $7::int4[], $8::text[], $9::text[])
    WITH ORDINALITY AS m (kind, url, sha256, width, height, alt, alt_en, place)
