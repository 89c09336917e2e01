-- What the reviews that count give a style.
UPDATE style SET rating_count = rating_count + $2, rating_stars = rating_stars + $3 WHERE id = $1
