-- SKUs after a code that a filter lets through. An empty part of the filter lets everything through; a
-- category stands for all below it.
WITH RECURSIVE below AS (
    SELECT code FROM category WHERE code = $3::text
    UNION
    SELECT k.code FROM category k JOIN below b ON k.parent = b.code
), found AS MATERIALIZED (
    SELECT p.id FROM product p
    WHERE $10::text <> '' AND grams(p.code || ' ' || p.name || ' ' || p.name_en) @> grams($10)
        AND position(lower($10) IN lower(p.code || ' ' || p.name || ' ' || p.name_en)) > 0
)
SELECT s.* FROM sku s
WHERE s.code > $1
    AND ($3 = '' OR s.category_code IN (SELECT code FROM below))
    AND ($4::text = '' OR s.brand = $4)
    AND ($5::text = '' OR s.season = $5)
    AND ($6::text = '' OR s.style_code = $6)
    AND ($7::text = '' OR s.barcode = $7)
    AND CASE $8::text WHEN '' THEN true WHEN 'hot' THEN s.hot @> $9::timestamptz
        WHEN 'new' THEN s.fresh @> $9 ELSE s.limited @> $9 END
    AND ($10 = '' OR s.id IN (SELECT id FROM found))
ORDER BY s.code
LIMIT $2
