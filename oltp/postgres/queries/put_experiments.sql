-- Experiments merged by name, as in put_regions.sql.
WITH merged AS (
    INSERT INTO experiment AS t (name, held, holdout, variants, version)
    SELECT k.name, tstzrange(k.begins, k.ends), k.holdout, k.variants::jsonb, 1
    FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::float8[], $5::text[])
        AS k (name, begins, ends, holdout, variants)
    ORDER BY k.name
    ON CONFLICT (name) DO UPDATE SET held = excluded.held, holdout = excluded.holdout,
        variants = excluded.variants, version = t.version + 1
    WHERE (t.held, t.holdout, t.variants) IS DISTINCT FROM (excluded.held, excluded.holdout, excluded.variants)
    RETURNING t.id, t.name, t.version, (xmax = 0) AS created
)
SELECT id::int8, name, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.name, t.version, 3 FROM experiment t
WHERE t.name = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.name = t.name)
