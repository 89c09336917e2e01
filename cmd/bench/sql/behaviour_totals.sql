-- What facts and rollups hold of the visitors' behaviour: five counts that belong together.
SELECT 'events' AS name, toInt64(sum(first)) AS counted FROM fact_behaviour
UNION ALL
SELECT 'fact_behaviour', toInt64(count()) FROM fact_behaviour
UNION ALL
SELECT
    'rollup_store_minute',
    sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)
FROM rollup_store_minute
UNION ALL
SELECT
    'rollup_store_hour',
    sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)
FROM rollup_store_hour
UNION ALL
SELECT
    'rollup_store_day',
    sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)
FROM rollup_store_day
