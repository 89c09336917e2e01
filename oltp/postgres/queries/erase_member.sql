-- Makes a pseudonym of a locked member.
UPDATE member SET code = $2 || id, identity_hash = '', phone_last_four = '', personalized = false,
    version = version + 1
WHERE id = $1
RETURNING code, origin_store_id, simulated, version
