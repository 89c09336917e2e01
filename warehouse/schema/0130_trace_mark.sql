CREATE TABLE IF NOT EXISTS trace_mark
(
    inserted_at         DateTime64(3, 'UTC') DEFAULT now64(3) COMMENT 'when taken in, after the facts',
    store_id            Int32 COMMENT 'whose figures the traced fact changes; 0 for nobody in particular',
    traceparent         String COMMENT 'W3C trace context that the next step starts from'
)
ENGINE = MergeTree
ORDER BY inserted_at
TTL toDateTime(inserted_at) + INTERVAL 1 HOUR
COMMENT 'Traced facts that are in the warehouse; the console ends their traces when it shows them'
