-- Categories merged by code. Answers id, code, version and outcome: 1 created, 2 updated, 3 unchanged.
WITH merged AS (
    INSERT INTO category AS t (code, name, name_en)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS k (code, name, name_en) ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en
    WHERE (t.name, t.name_en) IS DISTINCT FROM (excluded.name, excluded.name_en)
    RETURNING t.id, t.code, (xmax = 0) AS created
)
SELECT id::int8, code, 0::int8, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, 0, 3 FROM category t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
