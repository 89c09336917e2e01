-- Levels, locked in the order of the keys, which ascend: all writers lock in one order, so that they
-- cannot wait for each other in a ring. A locked row keeps its place (ctid), so that update_stock.sql
-- finds it there. Looking each key up by itself, which the locking subquery forces, is right whatever
-- the statistics say: the plan is made once, when the table may still be empty.
SELECT s.ctid, s.store_id, s.sku_id, s.on_hand, s.reserved, s.version
FROM (SELECT unnest($1::int4[]) AS store_id, unnest($2::int8[]) AS sku_id) k
CROSS JOIN LATERAL (
    SELECT t.ctid, t.* FROM stock t WHERE t.store_id = k.store_id AND t.sku_id = k.sku_id FOR UPDATE
) s
