-- Ledger entries that lie between two places of the table, newest first. The ledger is only ever added to,
-- so its places run with time; an index would cost every sale.
SELECT ctid::text, store_id, sku_id, kind, on_hand_delta, reserved_delta, on_hand, reserved, version, ref_id,
    moved_at, coalesce(reason, ''), simulated
FROM stock_move
WHERE ctid >= $1::text::tid AND ctid < $2::text::tid AND ($3::int8 = 0 OR sku_id = $3)
    AND ($4::int2 = 0 OR kind = $4)
ORDER BY ctid DESC
LIMIT $5
