-- The stock ledger as double entry: both legs of each move. The sum over all accounts of a SKU is 0; what
-- a store has on hand is the sum of its accounts shelf and held, what is reserved the account held. The
-- quantity is read from the one level that the kind is about, so that a move whose other level does not
-- fit shows as a drift.
CREATE VIEW stock_entry WITH (security_invoker = true) AS
SELECT m.store_id, m.sku_id, m.version, m.kind, k.name, m.ref_id, m.moved_at, m.simulated, m.reason,
    leg.account, leg.qty
FROM stock_move m
JOIN stock_move_kind k ON k.kind = m.kind
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN k.taker = 'held' THEN m.reserved_delta
        WHEN k.giver = 'held' THEN -m.reserved_delta
        WHEN k.taker = 'shelf' THEN m.on_hand_delta
        ELSE -m.on_hand_delta
    END
) AS moved (qty)
CROSS JOIN LATERAL (VALUES (k.giver, -moved.qty), (k.taker, moved.qty)) AS leg (account, qty);
