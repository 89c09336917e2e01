-- The version of every account.
SELECT name, version FROM staff
