-- SKUs by code.
SELECT p.id, p.code, p.name, p.name_en, c.id, c.code, c.name, c.name_en, p.brand, p.price, p.cost, p.active,
    p.simulated, p.version
FROM product p
JOIN category c ON c.id = p.category_id
WHERE p.code = ANY ($1::text[])
