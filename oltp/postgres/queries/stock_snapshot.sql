-- All levels as of one instant.
SELECT store_id, sku_id, on_hand, reserved, version FROM stock ORDER BY store_id, sku_id
