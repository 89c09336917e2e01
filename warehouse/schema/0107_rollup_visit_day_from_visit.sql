CREATE MATERIALIZED VIEW IF NOT EXISTS rollup_visit_day_from_visit
TO rollup_visit_day
AS SELECT
    day,
    store_id,
    channel,
    sum(more_visits) AS visits,
    sum(more_seconds) AS visit_seconds,
    sum(more_pages) AS pages,
    sum(more_actions) AS actions,
    sum(more_bounces) AS bounces,
    sum(more_cart_visits) AS cart_visits,
    sum(more_order_visits) AS order_visits,
    toUInt8(max(fact_visit.simulated)) AS simulated
FROM fact_visit
GROUP BY day, store_id, channel
