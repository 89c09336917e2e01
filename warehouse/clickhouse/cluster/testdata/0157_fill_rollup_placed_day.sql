-- What was taken in before the view was there. Nothing may be written meanwhile.
INSERT INTO rollup_placed_day
(
    day, store_id, channel, campaign_id, placed_orders, placed_fen, paid_orders, pickup_orders,
    same_city_orders, express_orders, cancelled_orders, simulated
)
SELECT
    day,
    store_id,
    channel,
    campaign_id,
    toInt64(countIf(step = 1)) AS placed_orders,
    sumIf(net_fen, step = 1) AS placed_fen,
    toInt64(countIf(paid)) AS paid_orders,
    toInt64(countIf(paid AND fulfilment = 2)) AS pickup_orders,
    toInt64(countIf(paid AND fulfilment = 3)) AS same_city_orders,
    toInt64(countIf(paid AND fulfilment = 4)) AS express_orders,
    toInt64(countIf(step = 3)) AS cancelled_orders,
    toUInt8(max(fact_order_step.simulated)) AS simulated
FROM fact_order_step
WHERE step = 1 OR paid OR step = 3
GROUP BY day, store_id, channel, campaign_id
SETTINGS max_threads = 1, max_insert_threads = 1, max_partitions_per_insert_block = 0,
    insert_deduplication_token = 'fill rollup_placed_day'
