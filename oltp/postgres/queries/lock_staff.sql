-- Lets nobody else change accounts until the transaction ends; who logs in does not wait.
LOCK TABLE staff IN SHARE ROW EXCLUSIVE MODE
