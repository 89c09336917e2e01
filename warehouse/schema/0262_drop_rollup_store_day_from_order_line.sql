-- Days are made of hours: 0264 and 0265.
DROP TABLE IF EXISTS rollup_store_day_from_order_line
