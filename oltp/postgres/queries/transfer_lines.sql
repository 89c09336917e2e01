-- Lines of transfers, grouped by transfer.
SELECT transfer_id, line_no, sku_id, qty, shipped, received, lost, claimed, cost, reason
FROM transfer_line
WHERE transfer_id = ANY ($1::int8[])
ORDER BY transfer_id, line_no
