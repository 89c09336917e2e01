-- Changes a locked member. What is null stays as it is.
UPDATE member SET
    identity_hash = coalesce($2::bytea, identity_hash),
    phone_last_four = CASE WHEN $2::bytea IS NULL THEN phone_last_four ELSE $3 END,
    origin_store_id = coalesce($4::int4, origin_store_id),
    version = version + 1
WHERE id = $1
