-- A review; no row when the line was reviewed before, or another session posts it.
INSERT INTO review (sku_id, style_id, store_id, member_id, order_id, line_no, stars, words, state, posted_at,
    version, idem_key, body_hash)
VALUES ($1, nullif($2::int8, 0), $3, $4, $5, $6, $7, $8, $9, $10, 1, $11::uuid, $12)
ON CONFLICT DO NOTHING
RETURNING id
