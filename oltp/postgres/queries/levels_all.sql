-- Every level and where it lies, up to a number of them.
SELECT ctid, store_id, sku_id, on_hand, reserved, version FROM stock LIMIT $1
