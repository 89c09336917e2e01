-- Which of these categories exist.
SELECT code FROM category WHERE code = ANY ($1::text[])
