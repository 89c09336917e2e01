-- Stores after a code. The scope is all stores, or those listed.
SELECT s.id, s.code, s.name, s.name_en, r.id, r.code, r.name, r.name_en, s.city, s.latitude, s.longitude,
    s.time_zone, s.opens_minute, s.closes_minute, s.active, s.simulated, s.version, s.address, s.phone,
    s.coordinates, s.given_latitude, s.given_longitude, s.hours, s.special_days, s.services,
    s.delivery_radius_m, s.capacity_per_hour
FROM store s
JOIN region r ON r.id = s.region_id
WHERE s.code > $1 AND ($3::bool OR s.id = ANY ($4::int4[]))
ORDER BY s.code
LIMIT $2
