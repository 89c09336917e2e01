-- One level, locked.
SELECT on_hand, reserved, version FROM stock WHERE store_id = $1 AND sku_id = $2 FOR UPDATE
