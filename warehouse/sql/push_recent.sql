-- How many lists members got from a day until before another: of each day the last batch counts.
SELECT
    member_id AS member,
    toInt64(count(DISTINCT version)) AS lists
FROM push_list
WHERE (model, version) IN (
        SELECT model, max(version)
        FROM model_version
        WHERE model = 'push' AND published AND first_day >= {first:Date} AND first_day < {until:Date}
        GROUP BY model, first_day
    )
    AND ({everywhere:Bool} OR store IN {scope:Array(Int32)})
GROUP BY member_id
