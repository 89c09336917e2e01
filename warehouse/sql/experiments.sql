-- Experiments as they are now, the one that began last first.
SELECT
    toInt64(id) AS number,
    name AS known,
    toUnixTimestamp64Micro(from_at) AS begins_us,
    toUnixTimestamp64Micro(until_at) AS ends_us,
    holdout AS held,
    variants AS split
FROM dim_experiment FINAL
ORDER BY from_at DESC, id DESC
LIMIT 200
