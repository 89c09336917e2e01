-- What a store sells through a channel at an instant, after a code: the SKU, and the store's own price.
SELECT s.*, l.price
FROM sku s
LEFT JOIN listing l ON l.store_id = $3 AND l.sku_id = s.id AND l.held @> $4::timestamptz
WHERE s.code > $1 AND s.active AND coalesce(l.listed, true)
    AND CASE WHEN $5::bool THEN NOT s.online_only ELSE NOT s.off_season END
ORDER BY s.code
LIMIT $2
