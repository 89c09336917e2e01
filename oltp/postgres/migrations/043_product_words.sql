-- Finds SKUs by any two letters that follow each other in code or name: Chinese has no spaces between
-- words, so the letters themselves are the index. A text counts with its first 400 letters.
CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(lower(left(words, 400)), i, 2)), '{}')
    FROM generate_series(1, least(length(words), 400) - 1) AS i
);
CREATE INDEX product_words ON product USING gin (grams(code || ' ' || name || ' ' || name_en));
