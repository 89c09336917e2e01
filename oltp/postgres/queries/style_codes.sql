-- Which of these styles exist.
SELECT code FROM style WHERE code = ANY ($1::text[])
