-- Every SKU at the stores of one share of the chain, with its ledger entry. It tells nobody.
WITH level AS (
    INSERT INTO stock (store_id, sku_id, on_hand, reserved, version)
    SELECT store.id, product.id, $1, 0, 1
    FROM store CROSS JOIN product
    WHERE store.id % $3 = $2
    ORDER BY 1, 2
    RETURNING store_id, sku_id
)
INSERT INTO stock_move (sku_id, version, ref_id, moved_at, store_id, on_hand_delta, reserved_delta, on_hand,
    reserved, kind, simulated)
SELECT sku_id, 1, 0, now(), store_id, $1, 0, $1, 0, 1, true
FROM level
