CREATE MATERIALIZED VIEW IF NOT EXISTS member_order_day_from_order_line
TO member_order_day
AS SELECT DISTINCT
    member_id,
    day,
    store_id,
    channel,
    campaign_id
FROM fact_order_line
WHERE doc = 1 AND member_id != 0
