-- A new member under an id that was drawn before.
INSERT INTO member (id, code, identity_hash, phone_last_four, origin_store_id, personalized, simulated,
    version)
OVERRIDING SYSTEM VALUE
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
