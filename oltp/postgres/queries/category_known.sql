-- Whether there is a category.
SELECT EXISTS (SELECT FROM category WHERE code = $1)
