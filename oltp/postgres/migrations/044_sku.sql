-- SKUs with what their category and style say of them, in the order in which the program reads them.
CREATE VIEW sku AS
SELECT p.id, p.code, p.name, p.name_en, c.id AS category_id, c.code AS category_code, c.name AS category_name,
    c.name_en AS category_name_en, coalesce(c.parent, '') AS category_parent, p.brand, p.price, p.cost,
    p.active, p.simulated, p.version, coalesce(p.style_id, 0) AS style_id,
    coalesce(t.code, '') AS style_code, p.colour, p.size, p.size_system, p.size_order,
    coalesce(nullif(p.season, ''), t.season, '') AS season, p.online_only, p.off_season, p.pack, p.barcode,
    p.hot, p.fresh, p.limited, p.image, p.rating_count, p.rating_stars
FROM product p
JOIN category c ON c.id = p.category_id
LEFT JOIN style t ON t.id = p.style_id;
