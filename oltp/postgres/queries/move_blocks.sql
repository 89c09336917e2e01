-- How many blocks the ledger has.
SELECT pg_relation_size('stock_move') / current_setting('block_size')::int8
