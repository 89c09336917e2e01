-- Which of some brands there are.
SELECT DISTINCT brand AS known
FROM dim_sku FINAL
WHERE brand IN {codes:Array(String)}
