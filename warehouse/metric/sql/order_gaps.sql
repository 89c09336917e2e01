(
    SELECT
        member_id,
        day,
        store_id,
        channel,
        campaign_id,
        min(day) OVER (
            PARTITION BY member_id
            ORDER BY day
            RANGE BETWEEN 1 FOLLOWING AND 90 FOLLOWING
        ) AS next_day
    FROM member_order_day
    WHERE day >= {first_day:Date} AND day <= {last_day:Date} + 90
)
