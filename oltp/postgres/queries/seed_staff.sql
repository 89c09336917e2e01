-- Accounts of a file, for a first start: those that exist stay as they are.
INSERT INTO staff (name, role, hash, stores, regions, active, version)
SELECT k.name, k.role, k.hash, k.stores::text[], k.regions::text[], true, 1
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS k (name, role, hash, stores, regions)
ON CONFLICT (name) DO NOTHING
RETURNING id::int8
