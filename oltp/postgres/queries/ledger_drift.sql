-- Stock rows that their ledger does not explain, and ledgers without a row. The ledger is read as double
-- entry: on hand is what lies in a store's accounts shelf and held, reserved what lies in held.
SELECT coalesce(s.store_id, m.store_id), coalesce(s.sku_id, m.sku_id), coalesce(s.on_hand, 0),
    coalesce(s.reserved, 0), coalesce(s.version, 0), coalesce(m.on_hand, 0)::int8,
    coalesce(m.reserved, 0)::int8
FROM stock s
FULL JOIN (
    SELECT store_id, sku_id, coalesce(sum(qty) FILTER (WHERE account IN ('shelf', 'held')), 0) AS on_hand,
        coalesce(sum(qty) FILTER (WHERE account = 'held'), 0) AS reserved, count(*) / 2 AS moves
    FROM stock_entry
    GROUP BY store_id, sku_id
) m ON m.store_id = s.store_id AND m.sku_id = s.sku_id
WHERE (s.on_hand, s.reserved, s.version) IS DISTINCT FROM (m.on_hand, m.reserved, m.moves)
ORDER BY 1, 2
LIMIT 1000
