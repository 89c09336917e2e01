-- Members merged by code, as in put_regions.sql. A row without a phone keeps the one that is known, and
-- no row brings personalisation back to a member who refused it on record.
WITH merged AS (
    INSERT INTO member AS t (code, identity_hash, phone_last_four, origin_store_id, personalized,
        simulated, version)
    SELECT k.*, 1
    FROM unnest($1::text[], $2::bytea[], $3::text[], $4::int4[], $5::bool[], $6::bool[])
        AS k (code, identity_hash, phone_last_four, origin_store_id, personalized, simulated)
    ORDER BY k.code
    ON CONFLICT (code) DO UPDATE SET
        identity_hash = CASE excluded.identity_hash
            WHEN ''::bytea THEN t.identity_hash ELSE excluded.identity_hash END,
        phone_last_four = CASE excluded.phone_last_four
            WHEN '' THEN t.phone_last_four ELSE excluded.phone_last_four END,
        origin_store_id = excluded.origin_store_id,
        personalized = excluded.personalized AND (t.personalized OR NOT EXISTS (
            SELECT FROM member_consent c WHERE c.member_id = t.id AND c.purpose = 4)),
        simulated = excluded.simulated, version = t.version + 1
    WHERE (t.origin_store_id, t.personalized, t.simulated)
            IS DISTINCT FROM (excluded.origin_store_id,
                excluded.personalized AND (t.personalized OR NOT EXISTS (
                    SELECT FROM member_consent c WHERE c.member_id = t.id AND c.purpose = 4)),
                excluded.simulated)
        OR excluded.identity_hash NOT IN (''::bytea, t.identity_hash)
    RETURNING t.id, t.code, t.version, (xmax = 0) AS created
)
SELECT id, code, version, CASE WHEN created THEN 1 ELSE 2 END FROM merged
UNION ALL
SELECT t.id, t.code, t.version, 3 FROM member t
WHERE t.code = ANY ($1) AND NOT EXISTS (SELECT FROM merged m WHERE m.code = t.code)
