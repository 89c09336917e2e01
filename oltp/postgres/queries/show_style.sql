-- The picture that a style is shown with.
UPDATE style SET image = $2, version = version + 1 WHERE id = $1
