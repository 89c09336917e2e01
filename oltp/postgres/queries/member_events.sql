-- What the events of members say.
SELECT id, identity_hash, phone_last_four, origin_store_id, personalized, simulated, version,
    coalesce((SELECT time_zone FROM store WHERE store.id = origin_store_id), '')
FROM member
WHERE id = ANY ($1::int8[])
