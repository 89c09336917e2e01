-- The orders of a store, for its list: the newest numbers first.
CREATE INDEX orders_of_store ON orders (store_id, id);
