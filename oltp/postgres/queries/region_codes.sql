-- Which of these regions exist.
SELECT code FROM region WHERE code = ANY ($1::text[])
