-- Which of these accounts exist.
SELECT name FROM staff WHERE name = ANY ($1::text[])
