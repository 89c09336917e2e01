-- What the events of categories tell.
SELECT k.id, k.code, k.name, k.name_en, coalesce(p.id, 0), coalesce(k.parent, ''), k.version
FROM category k
LEFT JOIN category p ON p.code = k.parent
WHERE k.id = ANY ($1::int8[])
