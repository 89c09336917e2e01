-- At whose tills members bought since a day, the latest first.
SELECT
    member_id AS member,
    arrayStringConcat(arrayMap(x -> toString(x.2), arraySlice(arrayReverseSort(groupArray((last, store_id))), 1,
        {most:UInt8})), ',') AS stores
FROM (
    SELECT member_id, store_id, max(day) AS last
    FROM member_order_day
    WHERE channel = 1 AND day >= {first:Date} AND ({everywhere:Bool} OR store_id IN {scope:Array(Int32)})
    GROUP BY member_id, store_id
)
GROUP BY member_id
