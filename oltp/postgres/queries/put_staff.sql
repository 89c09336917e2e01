-- Accounts merged by name, as in put_regions.sql. The password counts for a new account alone. Lists of
-- codes travel as text, because an array of arrays must be square.
WITH merged AS (
    INSERT INTO staff AS t (name, role, hash, stores, regions, active, version)
    SELECT k.name, k.role, CASE k.hash WHEN '' THEN s.hash ELSE k.hash END, k.stores::text[],
        k.regions::text[], k.active, 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bool[])
        AS k (name, role, hash, stores, regions, active)
    LEFT JOIN staff s ON s.name = k.name
    WHERE k.hash <> '' OR s.hash IS NOT NULL
    ORDER BY k.name
    ON CONFLICT (name) DO UPDATE SET role = excluded.role, stores = excluded.stores,
        regions = excluded.regions, active = excluded.active, version = t.version + 1
    WHERE (t.role, t.stores, t.regions, t.active)
        IS DISTINCT FROM (excluded.role, excluded.stores, excluded.regions, excluded.active)
    RETURNING t.id, t.name, t.version, (xmax = 0) AS created
)
SELECT id::int8, name, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.name, t.version, 3 FROM staff t
WHERE t.name = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.name = t.name)
