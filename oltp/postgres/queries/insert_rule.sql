-- A new merchandising rule, unless its key was used before.
INSERT INTO merchandising_rule (idem_key, body_hash, version, kind, store_id, scenes, sku_id, category_id, brand,
    tags, factor, place, quota, held, note, changed_by, changed_at)
VALUES ($1, $2, 1, $3, nullif($4::int4, 0), $5, nullif($6::int8, 0),
    (SELECT id FROM category WHERE code = nullif($7::text, '')), $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (idem_key) DO NOTHING
RETURNING id
