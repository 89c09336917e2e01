-- A merchandising rule whose row the transaction has locked wishes something else.
UPDATE merchandising_rule
SET version = version + 1, kind = $2, store_id = nullif($3::int4, 0), scenes = $4, sku_id = nullif($5::int8, 0),
    category_id = (SELECT id FROM category WHERE code = nullif($6::text, '')), brand = $7, tags = $8,
    factor = $9, place = $10, quota = $11, held = $12, note = $13, changed_by = $14, changed_at = $15
WHERE id = $1
