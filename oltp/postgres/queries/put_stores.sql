-- Stores merged by code, as in put_regions.sql. Their regions exist.
WITH merged AS (
    INSERT INTO store AS t (code, name, name_en, region_id, city, latitude, longitude, time_zone,
        opens_minute, closes_minute, active, simulated, version)
    SELECT k.code, k.name, k.name_en, r.id, k.city, k.latitude, k.longitude, k.time_zone, k.opens_minute,
        k.closes_minute, k.active, k.simulated, 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[],
        $8::text[], $9::int4[], $10::int4[], $11::bool[], $12::bool[])
        AS k (code, name, name_en, region_code, city, latitude, longitude, time_zone, opens_minute,
            closes_minute, active, simulated)
    JOIN region r ON r.code = k.region_code
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        region_id = excluded.region_id, city = excluded.city, latitude = excluded.latitude,
        longitude = excluded.longitude, time_zone = excluded.time_zone,
        opens_minute = excluded.opens_minute, closes_minute = excluded.closes_minute,
        active = excluded.active, simulated = excluded.simulated, version = t.version + 1
    WHERE (t.name, t.name_en, t.region_id, t.city, t.latitude, t.longitude, t.time_zone, t.opens_minute,
            t.closes_minute, t.active, t.simulated)
        IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.region_id, excluded.city,
            excluded.latitude, excluded.longitude, excluded.time_zone, excluded.opens_minute,
            excluded.closes_minute, excluded.active, excluded.simulated)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id::int8, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM store t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
