-- Lets nobody else set safety stocks until the transaction ends, since bulks would wait for each other's rows
-- in circles. Who reads them does not wait.
LOCK TABLE stock_safety IN SHARE ROW EXCLUSIVE MODE
