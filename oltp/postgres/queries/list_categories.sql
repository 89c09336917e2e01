-- Categories after a code.
SELECT id, code, name, name_en
FROM category
WHERE code > $1
ORDER BY code
LIMIT $2
