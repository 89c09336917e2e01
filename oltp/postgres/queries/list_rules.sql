-- Merchandising rules before an id, newest first: all, or those of one store; $4 leaves out what has ended.
SELECT r.id, r.kind, coalesce(r.store_id, 0), r.scenes, coalesce(r.sku_id, 0), coalesce(c.code, ''), r.brand,
    r.tags, r.factor, r.place, r.quota, r.held, r.note, r.version, r.deleted, r.changed_by, r.changed_at
FROM merchandising_rule r
LEFT JOIN category c ON c.id = r.category_id
WHERE NOT r.deleted AND ($1::int8 = 0 OR r.id < $1) AND ($3::int4 = 0 OR r.store_id = $3)
    AND ($4::timestamptz IS NULL OR upper_inf(r.held) OR upper(r.held) > $4)
ORDER BY r.id DESC
LIMIT $2
