-- What the events of members say.
SELECT m.id, m.identity_hash, m.phone_last_four, m.origin_store_id, m.personalized, m.simulated, m.version,
    coalesce((SELECT time_zone FROM store WHERE store.id = m.origin_store_id), ''),
    coalesce(p.union_hash, ''), coalesce(c.terms, false), coalesce(c.privacy, false),
    coalesce(c.marketing, false), coalesce(c.body_data, false)
FROM member m
LEFT JOIN member_profile p ON p.member_id = m.id
CROSS JOIN LATERAL (
    SELECT bool_or(granted AND purpose = 1) AS terms, bool_or(granted AND purpose = 2) AS privacy,
        bool_or(granted AND purpose = 3) AS marketing, bool_or(granted AND purpose = 5) AS body_data
    FROM (
        SELECT DISTINCT ON (purpose) purpose, granted
        FROM member_consent
        WHERE member_id = m.id
        ORDER BY purpose, decided_at DESC, id DESC) newest) c
WHERE m.id = ANY ($1::int8[])
