-- Members by id.
SELECT id, code, origin_store_id, personalized, simulated, version
FROM member
WHERE id = ANY ($1::int8[])
