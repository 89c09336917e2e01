-- Ledger entries that lie between two places of the table, newest first. The ledger is only ever added to,
-- so its places run with time; an index would cost every sale.
SELECT ctid::text, store_id, sku_id, kind, on_hand_delta, reserved_delta, on_hand, reserved, version, ref_id,
    moved_at, coalesce(reason, ''), simulated
FROM stock_move
WHERE ctid >= $1::text::tid AND ctid < $2::text::tid AND ($3::bool OR store_id = ANY ($4::int4[]))
    AND ($5::int8 = 0 OR sku_id = $5) AND ($6::int2 = 0 OR kind = $6)
ORDER BY ctid DESC
LIMIT $7
