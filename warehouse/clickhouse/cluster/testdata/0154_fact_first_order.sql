-- The first paid order of each member, a row a member.
CREATE VIEW IF NOT EXISTS fact_first_order ON CLUSTER 'chain'
AS SELECT
    member_id,
    earliest.1 AS at,
    earliest.2 AS day,
    earliest.3 AS store_id,
    earliest.4 AS channel,
    earliest.5 AS campaign_id,
    earliest.6 AS local_hour
FROM
(
    SELECT member_id, min(first) AS earliest
    FROM member_first_order
    GROUP BY member_id
)
