-- The SKUs of styles that changed: their events carry the style's season.
UPDATE product SET version = version + 1 WHERE style_id = ANY ($1::int8[]) RETURNING id
