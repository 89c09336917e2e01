-- The columns that a view fills.
SELECT name
FROM system.columns
WHERE database = currentDatabase() AND table = {name:String}
ORDER BY position
