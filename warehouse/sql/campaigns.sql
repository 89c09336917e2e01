-- All campaigns, the latest first.
SELECT
    toInt64(id) AS number,
    code,
    name,
    name_en,
    kind,
    toInt64(toUInt16(first_day)) AS begins,
    toInt64(toUInt16(last_day)) AS ends
FROM dim_campaign FINAL
ORDER BY first_day DESC, id DESC
LIMIT {limit:UInt32}
