-- What was taken in before the view was there. Nothing may be written meanwhile.
INSERT INTO member_first_order
(
    member_id, first
)
SELECT
    member_id,
    min(tuple(at, day, store_id, channel, campaign_id, local_hour)) AS first
FROM fact_order_line
WHERE doc = 1 AND member_id != 0
GROUP BY member_id
SETTINGS max_threads = 1, max_insert_threads = 1, max_partitions_per_insert_block = 0,
    insert_deduplication_token = 'fill member_first_order'
