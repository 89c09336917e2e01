-- The lines of an order that were sold other than listed.
SELECT line_no, list, granted_by, reason
FROM price_grant
WHERE order_id = $1
ORDER BY line_no
