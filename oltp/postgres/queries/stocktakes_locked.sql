-- Stocktakes, locked in the order of their ids, as in transfers_locked.sql.
SELECT id, version FROM stocktake WHERE id = ANY ($1::int8[]) ORDER BY id FOR UPDATE
