CREATE MATERIALIZED VIEW IF NOT EXISTS member_first_order_from_order_line ON CLUSTER 'chain'
TO member_first_order_local
AS SELECT
    member_id,
    min(tuple(at, day, store_id, channel, campaign_id, local_hour)) AS first
FROM fact_order_line_local
WHERE doc = 1 AND member_id != 0
GROUP BY member_id
