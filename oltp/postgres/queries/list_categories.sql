-- Categories after a code; below a parent where one is given.
SELECT id, code, name, name_en, coalesce(parent, ''), version
FROM category
WHERE code > $1 AND ($3::text = '' OR parent = $3)
ORDER BY code
LIMIT $2
