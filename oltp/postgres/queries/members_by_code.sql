-- Members by code.
SELECT id, code, origin_store_id, personalized, simulated, version
FROM member
WHERE code = ANY ($1::text[])
