-- Stock of each SKU and day: levels at its ends, and what they add up to over its seconds so far. What came
-- before the first day is one day more, which is left out in the end.
(
    SELECT
        store_id, sku_id, category_id, day,
        on_hand_run - on_hand AS opening,
        on_hand_run AS closing,
        on_hand_run * elapsed - on_hand_at AS on_hand_seconds,
        out_run * elapsed - out_at AS out_seconds,
        listed_run * elapsed - listed_at AS listed_seconds,
        sold, returned, received
    FROM
    (
        SELECT
            *,
            sum(on_hand) OVER w AS on_hand_run,
            sum(out) OVER w AS out_run,
            sum(listed) OVER w AS listed_run,
            least(86400, greatest(0, {until:Int64} + max(offset_s) OVER (PARTITION BY store_id)
                - toInt64(day) * 86400)) AS elapsed
        FROM
        (
            SELECT
                store_id, sku_id, category_id, day,
                sum(r.on_hand) AS on_hand, sum(r.on_hand_at) AS on_hand_at,
                sum(r.out) AS out, sum(r.out_at) AS out_at,
                sum(r.listed) AS listed, sum(r.listed_at) AS listed_at,
                sum(r.sold) AS sold, sum(r.returned) AS returned, sum(r.received) AS received,
                max(r.offset_s) AS offset_s
            FROM
            (
                SELECT store_id, sku_id, category_id,
                    greatest(t.day, {first_day:Date} - 1) AS day,
                    on_hand, on_hand_at, out, out_at, listed, listed_at, sold, returned, received, offset_s
                FROM rollup_stock_sku_day AS t
                WHERE t.day <= {last_day:Date}
                    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
                UNION ALL
                SELECT store_id, sku_id, category_id,
                    arrayJoin(arrayMap(n -> {first_day:Date} - 0 + n,
                        range(toUInt32({last_day:Date} - {first_day:Date} + 1)))) AS day,
                    0, 0, 0, 0, 0, 0, 0, 0, 0, -86400
                FROM rollup_stock_sku_day AS t
                WHERE t.day <= {last_day:Date}
                    AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
                GROUP BY store_id, sku_id, category_id
            ) AS r
            GROUP BY store_id, sku_id, category_id, day
        )
        WINDOW w AS (PARTITION BY store_id, sku_id, category_id ORDER BY day)
    )
    WHERE elapsed > 0 AND day >= {first_day:Date}
)
