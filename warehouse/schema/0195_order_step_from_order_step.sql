CREATE MATERIALIZED VIEW IF NOT EXISTS order_step_from_order_step
TO order_step
AS SELECT
    order_id,
    step,
    at,
    day,
    placed_at,
    paid,
    store_id,
    fulfilment,
    source_partition,
    source_offset,
    source_batch
FROM fact_order_step
WHERE fulfilment > 1 AND order_id != 0 AND step IN (1, 2, 5, 6, 7, 8, 9)
