-- One level after a sale.
UPDATE stock SET on_hand = $3, version = $4 WHERE store_id = $1 AND sku_id = $2
