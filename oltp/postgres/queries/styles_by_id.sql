-- Styles by id, in the order of list_styles.sql.
SELECT t.id, t.code, t.name, t.name_en, c.id, c.code, c.name, c.name_en, t.brand, t.season, t.active,
    t.simulated, t.version, t.image, t.rating_count, t.rating_stars
FROM style t
JOIN category c ON c.id = t.category_id
WHERE t.id = ANY ($1::int8[])
