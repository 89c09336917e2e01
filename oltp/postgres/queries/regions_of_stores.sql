-- The regions of stores, which stay until the transaction ends.
SELECT s.code, r.code FROM store s JOIN region r ON r.id = s.region_id
WHERE s.code = ANY ($1::text[])
ORDER BY s.code
FOR UPDATE OF s
