-- Categories merged by code, as in put_regions.sql. Their parents exist or stand in the same bulk.
WITH merged AS (
    INSERT INTO category AS t (code, name, name_en, parent, version)
    SELECT k.code, k.name, k.name_en, nullif(k.parent, ''), 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS k (code, name, name_en, parent)
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        parent = excluded.parent, version = t.version + 1
    WHERE (t.name, t.name_en, t.parent) IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.parent)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id::int8, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM category t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
