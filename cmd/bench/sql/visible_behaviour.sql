-- The rows of behaviour that the rollup shows.
SELECT sum(views + searches + cart_adds + impressions + clicks + coupons_issued + coupons_redeemed)
FROM rollup_store_day
