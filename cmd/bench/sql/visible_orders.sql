-- The orders that the rollup shows.
SELECT sum(orders) FROM rollup_store_day
