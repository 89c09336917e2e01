CREATE VIEW IF NOT EXISTS order_life
AS SELECT
    order_id,
    any(s.store_id) AS store_id,
    any(s.fulfilment) AS fulfilment,
    minIf(s.at, step = 1) AS placed_at,
    minIf(s.at, step = 2 OR step = 1 AND s.paid) AS paid_at,
    minIf(s.at, step = 7) AS picking_at,
    minIf(s.at, step IN (5, 8)) AS ready_at,
    minIf(s.at, step = 9) AS delivering_at,
    minIf(s.at, step = 6) AS completed_at
FROM order_step AS s
GROUP BY order_id
COMMENT 'When each order that is not carried out took its steps; 1970 for a step not taken'
