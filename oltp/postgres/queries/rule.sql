-- One merchandising rule, deleted or not.
SELECT r.id, r.kind, coalesce(r.store_id, 0), r.scenes, coalesce(r.sku_id, 0), coalesce(c.code, ''), r.brand,
    r.tags, r.factor, r.place, r.quota, r.held, r.note, r.version, r.deleted, r.changed_by, r.changed_at
FROM merchandising_rule r
LEFT JOIN category c ON c.id = r.category_id
WHERE r.id = $1
