-- Stores merged by code, as in put_regions.sql. Their regions exist.
WITH merged AS (
    INSERT INTO store AS t (code, name, name_en, region_id, city, latitude, longitude, time_zone,
        opens_minute, closes_minute, active, simulated, address, phone, coordinates, given_latitude,
        given_longitude, hours, special_days, services, delivery_radius_m, capacity_per_hour, version)
    SELECT k.code, k.name, k.name_en, r.id, k.city, k.latitude, k.longitude, k.time_zone, k.opens_minute,
        k.closes_minute, k.active, k.simulated, k.address, k.phone, k.coordinates, k.given_latitude,
        k.given_longitude, k.hours, k.special_days, k.services, k.delivery_radius_m, k.capacity_per_hour, 1
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[],
        $8::text[], $9::int4[], $10::int4[], $11::bool[], $12::bool[], $13::text[], $14::text[],
        $15::int2[], $16::float8[], $17::float8[], $18::text[], $19::text[], $20::int2[], $21::int4[],
        $22::int4[])
        AS k (code, name, name_en, region_code, city, latitude, longitude, time_zone, opens_minute,
            closes_minute, active, simulated, address, phone, coordinates, given_latitude,
            given_longitude, hours, special_days, services, delivery_radius_m, capacity_per_hour)
    JOIN region r ON r.code = k.region_code
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en,
        region_id = excluded.region_id, city = excluded.city, latitude = excluded.latitude,
        longitude = excluded.longitude, time_zone = excluded.time_zone,
        opens_minute = excluded.opens_minute, closes_minute = excluded.closes_minute,
        active = excluded.active, simulated = excluded.simulated, address = excluded.address,
        phone = excluded.phone, coordinates = excluded.coordinates,
        given_latitude = excluded.given_latitude, given_longitude = excluded.given_longitude,
        hours = excluded.hours, special_days = excluded.special_days, services = excluded.services,
        delivery_radius_m = excluded.delivery_radius_m, capacity_per_hour = excluded.capacity_per_hour,
        version = t.version + 1
    WHERE (t.name, t.name_en, t.region_id, t.city, t.latitude, t.longitude, t.time_zone, t.opens_minute,
            t.closes_minute, t.active, t.simulated, t.address, t.phone, t.coordinates, t.given_latitude,
            t.given_longitude, t.hours, t.special_days, t.services, t.delivery_radius_m,
            t.capacity_per_hour)
        IS DISTINCT FROM (excluded.name, excluded.name_en, excluded.region_id, excluded.city,
            excluded.latitude, excluded.longitude, excluded.time_zone, excluded.opens_minute,
            excluded.closes_minute, excluded.active, excluded.simulated, excluded.address, excluded.phone,
            excluded.coordinates, excluded.given_latitude, excluded.given_longitude, excluded.hours,
            excluded.special_days, excluded.services, excluded.delivery_radius_m,
            excluded.capacity_per_hour)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id::int8, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM store t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
