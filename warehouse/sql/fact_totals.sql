-- What the facts say of each store and business day, in the terms of the ledger.
SELECT
    toInt64(store_id) AS store,
    toInt64(toUInt16(day)) AS business_day,
    toInt64(sumIf(first, doc = 1)) AS orders_paid,
    toInt64(countIf(doc = 1)) AS order_lines,
    toInt64(sumIf(qty, doc = 1 AND kind = 1)) AS units,
    sumIf(gross_fen, doc = 1) AS gross,
    sumIf(discount_fen, doc = 1) AS discount,
    sumIf(net_fen, doc = 1) AS net,
    toInt64(sumIf(first, doc = 2)) AS refunds,
    toInt64(countIf(doc = 2)) AS refund_lines,
    toInt64(sumIf(qty, doc = 2 AND kind = 1)) AS refund_units,
    sumIf(gross_fen, doc = 2) AS refund_gross,
    sumIf(discount_fen, doc = 2) AS refund_discount,
    sumIf(net_fen, doc = 2) AS refund_net
FROM fact_order_line
WHERE {everywhere:Bool} OR store_id IN {scope:Array(Int32)}
GROUP BY store_id, day
ORDER BY store_id, day
