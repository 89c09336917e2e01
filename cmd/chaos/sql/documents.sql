-- The documents of the facts, by number: 1 for sales, 2 for refunds.
SELECT document_id, sum(net_fen) AS net
FROM fact_order_line
WHERE doc = {doc:UInt8}
GROUP BY document_id
