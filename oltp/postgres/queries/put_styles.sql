-- Styles merged by code, as in put_regions.sql. Their categories exist.
WITH merged AS (
    INSERT INTO style AS t (code, name, name_en, category_id, brand, season, active, simulated, version)
    SELECT k.code, k.name, k.name_en, c.id, k.brand, k.season, k.active, k.simulated, 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
        $8::bool[]) AS k (code, name, name_en, category_code, brand, season, active, simulated)
    JOIN category c ON c.code = k.category_code
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        category_id = excluded.category_id, brand = excluded.brand, season = excluded.season,
        active = excluded.active, simulated = excluded.simulated, version = t.version + 1
    WHERE (t.name, t.name_en, t.category_id, t.brand, t.season, t.active, t.simulated)
        IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.category_id, excluded.brand,
            excluded.season, excluded.active, excluded.simulated)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM style t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
