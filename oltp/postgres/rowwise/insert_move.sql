-- One entry of the stock ledger.
INSERT INTO stock_move (sku_id, version, ref_id, moved_at, store_id, on_hand_delta, reserved_delta,
    on_hand, reserved, kind, simulated)
VALUES ($1, $2, $3, now(), $4, $5, 0, $6, $7, 2, false)
