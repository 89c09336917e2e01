-- What was taken in before the view was there. Nothing may be written meanwhile.
INSERT INTO member_order_day
(
    member_id, day, store_id, channel, campaign_id
)
SELECT DISTINCT
    member_id,
    day,
    store_id,
    channel,
    campaign_id
FROM fact_order_line
WHERE doc = 1 AND member_id != 0
SETTINGS max_threads = 1, max_insert_threads = 1, max_partitions_per_insert_block = 0,
    insert_deduplication_token = 'fill member_order_day'
