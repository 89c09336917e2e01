-- Styles after a code that a filter lets through, as in list_products.sql.
WITH RECURSIVE below AS (
    SELECT code FROM category WHERE code = $3::text
    UNION
    SELECT k.code FROM category k JOIN below b ON k.parent = b.code
)
SELECT t.id, t.code, t.name, t.name_en, c.id, c.code, c.name, c.name_en, t.brand, t.season, t.active,
    t.simulated, t.version, t.image, t.rating_count, t.rating_stars
FROM style t
JOIN category c ON c.id = t.category_id
WHERE t.code > $1
    AND ($3 = '' OR c.code IN (SELECT code FROM below))
    AND ($4::text = '' OR t.brand = $4)
    AND ($5::text = '' OR t.season = $5)
ORDER BY t.code
LIMIT $2
