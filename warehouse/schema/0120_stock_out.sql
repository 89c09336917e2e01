CREATE VIEW IF NOT EXISTS stock_out
AS SELECT
    store_id,
    sku_id,
    began_at,
    began_day,
    if(next_at = toDateTime64(0, 6, 'UTC'), NULL, next_at) AS ended_at,
    dateDiff('second', began_at, ifNull(ended_at, now64(6, 'UTC'))) AS seconds
FROM
(
    SELECT
        store_id,
        sku_id,
        moved_at AS began_at,
        moved_day AS began_day,
        turn,
        leadInFrame(moved_at, 1, toDateTime64(0, 6, 'UTC')) OVER
        (
            PARTITION BY store_id, sku_id ORDER BY version
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS next_at
    FROM
    (
        SELECT store_id, sku_id, version, at AS moved_at, min(day) AS moved_day, sum(s.out) AS turn
        FROM fact_stock_shift AS s
        GROUP BY store_id, sku_id, version, at
        HAVING turn != 0
    )
)
WHERE turn = 1
COMMENT 'Spells without stock, one row a spell; ended_at is NULL while it lasts'
