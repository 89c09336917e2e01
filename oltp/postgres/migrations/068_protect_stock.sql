-- Transfers show to whoever sees one of their two stores, stocktakes and safety stocks to whoever sees the
-- store. Reports may read the ledger as double entry.
SELECT protect_stores('transfer', 'donor_id', 'receiver_id'), protect_stores('stocktake'),
    protect_stores('stock_safety');

SELECT protect_parent('transfer_line', 'transfer_id', 'transfer'),
    protect_parent('transfer_step', 'transfer_id', 'transfer'),
    protect_parent('stocktake_line', 'stocktake_id', 'stocktake');

GRANT SELECT ON stock_move_kind, stock_entry TO tillstream_reader;
