-- The SKUs of categories that changed: their events carry the category's names.
UPDATE product SET version = version + 1 WHERE category_id = ANY ($1::int8[]) RETURNING id
