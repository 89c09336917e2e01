-- How many sales the facts hold.
SELECT toInt64(sum(first)) AS orders FROM fact_order_line WHERE doc = 1
