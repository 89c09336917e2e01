-- Rows of the facts that say the same again, and moves of stock that are missing between two others. A
-- snapshot tells the levels once more, and moves nothing.
WITH moves AS
(
    SELECT store_id, sku_id, version FROM fact_stock_move WHERE on_hand_delta != 0 OR reserved_delta != 0
)
SELECT
    toInt64((SELECT count() - uniqExact(doc, document_id, line) FROM fact_order_line)
        + (SELECT count() - uniqExact(order_id, refund_id, step) FROM fact_order_step)
        + (SELECT count() - uniqExact(store_id, sku_id, version) FROM moves)) AS repeats,
    toInt64((SELECT sum(newest) FROM
        (SELECT max(version) AS newest FROM moves GROUP BY store_id, sku_id)))
        - toInt64((SELECT uniqExact(store_id, sku_id, version) FROM moves)) AS missing
